// SPDX-License-Identifier: GPL-3.0-or-later
// A list of folders: what each is, its name, where it lies; missing ones are greyed, and can be located or removed.
#pragma once

#include <QListView>

#include "app/folder_kind.h"

namespace awq::ui {

class FolderList : public QListView {
    Q_OBJECT

public:
    // The model has the roles of app::FolderRole. The name is the object name, the title what assistive programs say.
    FolderList(const QString& name, const QString& title, QAbstractItemModel* model, QWidget* parent = nullptr);

    void setRemovable(bool removable) { m_removable = removable; } // off until set

signals:
    void openWanted(const QString& path);
    void locateWanted(const QString& path); // of a missing one
    void removeWanted(const QString& path);

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;

private:
    void choose(const QModelIndex& index);

    bool m_removable = false;
};

} // namespace awq::ui
