// SPDX-License-Identifier: GPL-3.0-or-later
// What came of a run: sizes, time, the worst linears, what was left out, and where to go from here.
#pragma once

#include <functional>

#include "app/run_progress.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/card.h"

namespace awq::ui {

class Facts;
class Label;

class FinishCard : public Card {
    Q_OBJECT

public:
    explicit FinishCard(const std::vector<Action>& actions, QWidget* parent = nullptr);

    void show(const app::RunProgress& progress);

signals:
    void linearChosen(int block, const QString& name);

private:
    Facts* m_facts;
    QVBoxLayout* m_worst;
};

} // namespace awq::ui
