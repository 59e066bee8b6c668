// SPDX-License-Identifier: GPL-3.0-or-later
// What a page shows when it has nothing yet: one sentence and the button that changes that.
#pragma once

#include <QWidget>
#include <vector>

#include "ui/widgets/buttons.h"

class QHBoxLayout;
class QLabel;

namespace awq::ui {

class Label;

class EmptyState : public QWidget {
    Q_OBJECT

public:
    explicit EmptyState(QWidget* parent = nullptr);

    // The first action is the primary one.
    void show(const QString& iconName, const QString& sentence, const QString& detail,
              const std::vector<Action>& actions);

private:
    QLabel* m_icon;
    Label *m_sentence, *m_detail;
    QHBoxLayout* m_buttons;
};

} // namespace awq::ui
