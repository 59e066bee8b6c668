// SPDX-License-Identifier: GPL-3.0-or-later
// Runs that were not finished, each with Resume, Inspect and Discard.
#pragma once

#include "app/unfinished_runs.h"
#include "ui/widgets/card.h"

namespace awq::ui {

class UnfinishedList : public Card {
    Q_OBJECT

public:
    explicit UnfinishedList(app::UnfinishedRuns& runs, QWidget* parent = nullptr); // hidden while there are none

signals:
    void resumeWanted(const awq::app::UnfinishedRun& run);
    void inspectWanted(const awq::app::UnfinishedRun& run);
    void discardWanted(const awq::app::UnfinishedRun& run);

private:
    void show();
    QWidget* makeRow(const app::UnfinishedRun& run);

    app::UnfinishedRuns& m_runs;
};

} // namespace awq::ui
