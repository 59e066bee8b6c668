// SPDX-License-Identifier: GPL-3.0-or-later
// The recent folders as a list: name, where it lies, and whether it is still there.
#pragma once

#include <QAbstractListModel>
#include <vector>

#include "app/settings.h"

namespace awq::app {

enum class FolderKind { missing, model, run, other };

class RecentsModel : public QAbstractListModel {
    Q_OBJECT

public:
    enum Role { PathRole = Qt::UserRole + 1, KindRole };

    explicit RecentsModel(Settings& settings, QObject* parent = nullptr);

    void refresh(); // looks at the disk again
    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;

private:
    struct Entry {
        QString path;
        FolderKind kind;
    };

    Settings& m_settings;
    std::vector<Entry> m_entries;
};

// By content: a run keeps run.json, a model config.json.
FolderKind folderKind(const QString& path);

// The folder meant by a path that was dropped, typed or chosen: the folder itself, or the one that holds the file.
QString folderOf(const QString& path);

} // namespace awq::app

Q_DECLARE_METATYPE(awq::app::FolderKind)
