// SPDX-License-Identifier: GPL-3.0-or-later
// The recent folders as a list: name, where it lies, and whether it is still there.
#pragma once

#include <QAbstractListModel>
#include <vector>

#include "app/folder_kind.h"
#include "app/settings.h"

namespace awq::app {

class RecentsModel : public QAbstractListModel {
    Q_OBJECT

public:
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

} // namespace awq::app
