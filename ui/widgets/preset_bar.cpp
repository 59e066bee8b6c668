// SPDX-License-Identifier: GPL-3.0-or-later
// Choosing and keeping presets.
#include "ui/widgets/preset_bar.h"

#include <QComboBox>
#include <QInputDialog>
#include <QMenu>
#include <QMessageBox>
#include <QSignalBlocker>

#include "core/error.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/layouts.h"

namespace awq::ui {

PresetBar::PresetBar(app::PresetStore& presets, app::Session& session, QWidget* parent)
    : QWidget(parent), m_presets(presets), m_session(session), m_names(new QComboBox) {
    m_names->setObjectName(QStringLiteral("presets.mine"));
    m_names->setAccessibleName(tr("My presets"));
    m_names->setToolTip(tr("Whole recipes you saved, the calibration included."));
    m_names->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_names->setMinimumContentsLength(12);
    QToolButton* saveButton = iconButton(QStringLiteral("save"), tr("Save this recipe as a preset"));
    saveButton->setObjectName(QStringLiteral("presets.save"));
    QToolButton* more = iconButton(QStringLiteral("more"), tr("Rename or delete the chosen preset"));
    more->setObjectName(QStringLiteral("presets.more"));
    more->setPopupMode(QToolButton::InstantPopup);
    auto* menu = new QMenu(more);
    m_rename = menu->addAction(tr("Rename…"), this, &PresetBar::rename);
    m_rename->setObjectName(QStringLiteral("action.presets.rename"));
    m_remove = menu->addAction(tr("Delete"), this, &PresetBar::remove);
    m_remove->setObjectName(QStringLiteral("action.presets.delete"));
    more->setMenu(menu);
    QHBoxLayout* line = row({m_names, saveButton, more});
    line->setStretch(0, 1);
    setLayout(line);
    setFocusProxy(m_names);
    connect(m_names, &QComboBox::activated, this, &PresetBar::choose);
    connect(saveButton, &QToolButton::clicked, this, &PresetBar::save);
    connect(&presets, &app::PresetStore::changed, this, &PresetBar::show);
    connect(&session, &app::Session::recipeChanged, this, &PresetBar::show);
    show();
}

void PresetBar::show() {
    const QSignalBlocker quiet(m_names);
    m_names->clear();
    m_names->addItem(m_presets.presets().empty() ? tr("None saved") : tr("None of mine"));
    for (const app::OwnPreset& preset : m_presets.presets()) {
        m_names->addItem(preset.name, preset.name);
        if (preset.recipe == m_session.recipe())
            m_names->setCurrentIndex(m_names->count() - 1);
    }
    const bool mine = m_names->currentIndex() > 0;
    m_rename->setEnabled(mine);
    m_remove->setEnabled(mine);
}

void PresetBar::choose(int index) {
    if (const app::OwnPreset* preset = m_presets.find(m_names->itemData(index).toString()))
        m_session.setRecipe(preset->recipe);
    show();
}

QString PresetBar::askName(const QString& title, const QString& suggestion) {
    return QInputDialog::getText(this, title, tr("Name"), QLineEdit::Normal, suggestion).trimmed();
}

template <typename Change>
void PresetBar::attempt(Change change) {
    try {
        change();
    } catch (const core::Error& error) {
        emit failed(error);
    }
}

void PresetBar::save() {
    const QString name = askName(tr("Save the recipe"), m_names->currentData().toString());
    if (name.isEmpty())
        return;
    if (m_presets.find(name) &&
        QMessageBox::question(this, tr("Save the recipe"), tr("Replace your preset %1?").arg(name)) != QMessageBox::Yes)
        return;
    attempt([&] { m_presets.save(name, m_session.recipe()); });
}

void PresetBar::rename() {
    const QString from = m_names->currentData().toString(), to = askName(tr("Rename the preset"), from);
    if (to.isEmpty() || to == from)
        return;
    if (m_presets.find(to))
        emit failed(core::Error(core::ErrorCode::badInput, tr("There is a preset %1 already").arg(to).toStdString(), "",
                                tr("choose another name").toStdString()));
    else
        attempt([&] { m_presets.rename(from, to); });
}

void PresetBar::remove() {
    const QString name = m_names->currentData().toString();
    attempt([&] { m_presets.remove(name); });
}

} // namespace awq::ui
