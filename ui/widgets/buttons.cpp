// SPDX-License-Identifier: GPL-3.0-or-later
// Making buttons.
#include "ui/widgets/buttons.h"

#include "ui/theme/icons.h"
#include "ui/theme/tokens.h"

namespace awq::ui {

QPushButton* pushButton(const QString& text, const QString& iconName, ButtonRole role) {
    auto* button = new QPushButton(text);
    if (!iconName.isEmpty())
        button->setIcon(icon(iconName, role == ButtonRole::primary ? IconInk::onAccent : IconInk::text));
    button->setProperty("primary", role == ButtonRole::primary);
    button->setFlat(role == ButtonRole::quiet);
    return button;
}

QPushButton* actionButton(const Action& action, QObject* context, ButtonRole role) {
    QPushButton* button = pushButton(action.text, action.iconName, role);
    QObject::connect(button, &QPushButton::clicked, context, action.run);
    return button;
}

QToolButton* iconButton(const QString& iconName, const QString& name) {
    auto* button = new QToolButton;
    button->setIcon(icon(iconName));
    button->setIconSize({iconSize(), iconSize()});
    button->setAutoRaise(true);
    button->setAccessibleName(name);
    button->setToolTip(name);
    return button;
}

} // namespace awq::ui
