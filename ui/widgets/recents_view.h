// SPDX-License-Identifier: GPL-3.0-or-later
// The list of recent folders: what it is, its name, where it lies; missing ones are greyed and can be removed.
#pragma once

#include <QListView>

#include "app/recents_model.h"

namespace awq::ui {

class RecentsView : public QListView {
    Q_OBJECT

public:
    explicit RecentsView(app::RecentsModel& model, QWidget* parent = nullptr);

signals:
    void openWanted(const QString& path);
    void removeWanted(const QString& path);

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;

private:
    void choose(const QModelIndex& index);
};

} // namespace awq::ui
