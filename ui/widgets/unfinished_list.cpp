// SPDX-License-Identifier: GPL-3.0-or-later
// Rows of the unfinished runs.
#include "ui/widgets/unfinished_list.h"

#include <QDir>
#include <QVBoxLayout>

#include "app/job_queue.h"
#include "ui/theme/tokens.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/label.h"
#include "ui/widgets/layouts.h"

namespace awq::ui {

using app::UnfinishedRun;

namespace {

constexpr std::size_t rowsShown = 3; // the others come when these are dealt with

QString howItEnded(const UnfinishedRun& run) {
    if (run.state == QLatin1String("cancelled"))
        return UnfinishedList::tr("stopped");
    return run.state == QLatin1String("failed") ? UnfinishedList::tr("failed") : UnfinishedList::tr("interrupted");
}

} // namespace

UnfinishedList::UnfinishedList(app::UnfinishedRuns& runs, QWidget* parent)
    : Card(tr("Unfinished runs"), parent), m_runs(runs) {
    setObjectName(QStringLiteral("unfinished"));
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Maximum);
    connect(&runs, &app::UnfinishedRuns::changed, this, &UnfinishedList::show);
    show();
}

void UnfinishedList::show() {
    clearLayout(body());
    const std::vector<UnfinishedRun>& runs = m_runs.runs();
    setVisible(!runs.empty());
    for (std::size_t i = 0; i < std::min(runs.size(), rowsShown); ++i)
        body()->addWidget(makeRow(runs[i]));
    if (runs.size() > rowsShown)
        body()->addWidget(new Label(tr("%n more", nullptr, int(runs.size() - rowsShown)), TextSize::small, Ink::dim));
}

QWidget* UnfinishedList::makeRow(const UnfinishedRun& run) {
    const QString name = QDir(run.model).dirName();
    auto* words = new QVBoxLayout;
    words->setSpacing(0);
    words->addWidget(new Label(name, TextSize::base, Ink::normal, true));
    auto* state = new Label(tr("%1, %2 after %3 of %4 blocks")
                                .arg(app::recipeText(run.recipe), howItEnded(run))
                                .arg(run.blocksDone)
                                .arg(run.blocks),
                            TextSize::small, Ink::dim);
    words->addWidget(state);
    auto* line = new QWidget;
    line->setToolTip(QDir::toNativeSeparators(run.folder));
    QHBoxLayout* layout = row({});
    layout->addLayout(words, 1);
    const std::pair<Action, const char*> actions[] = {
        {{tr("Resume"), QStringLiteral("resume"), [this, run] { emit resumeWanted(run); }}, "resume"},
        {{tr("Inspect"), QStringLiteral("inspect"), [this, run] { emit inspectWanted(run); }}, "inspect"},
        {{tr("Discard…"), QStringLiteral("remove"), [this, run] { emit discardWanted(run); }}, "discard"}};
    for (const auto& [action, what] : actions) {
        QPushButton* button = actionButton(action, this);
        button->setObjectName(QStringLiteral("unfinished.") + QLatin1String(what));
        button->setAccessibleName(tr("%1: %2").arg(action.text, name));
        layout->addWidget(button);
    }
    line->setLayout(layout);
    return line;
}

} // namespace awq::ui
