// SPDX-License-Identifier: GPL-3.0-or-later
// The user's own presets: choose, save, rename, delete.
#pragma once

#include <QWidget>

#include "app/preset_store.h"
#include "app/session.h"

class QAction;
class QComboBox;

namespace awq::ui {

class PresetBar : public QWidget {
    Q_OBJECT

public:
    PresetBar(app::PresetStore& presets, app::Session& session, QWidget* parent = nullptr);

signals:
    void failed(const awq::core::Error& error);

private:
    void show(); // names, and which one the recipe is
    void choose(int index);
    void save();
    void rename();
    void remove();
    QString askName(const QString& title, const QString& suggestion);
    template <typename Change>
    void attempt(Change change);

    app::PresetStore& m_presets;
    app::Session& m_session;
    QComboBox* m_names;
    QAction *m_rename, *m_remove;
};

} // namespace awq::ui
