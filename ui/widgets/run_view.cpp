// SPDX-License-Identifier: GPL-3.0-or-later
// Contents of the running view.
#include "ui/widgets/run_view.h"

#include <QFileInfo>
#include <QProgressBar>
#include <QVBoxLayout>

#include "app/number_text.h"
#include "ui/plots/linear_loss_plot.h"
#include "ui/plots/timeline_plot.h"
#include "ui/widgets/block_strip.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/card.h"
#include "ui/widgets/label.h"
#include "ui/widgets/layouts.h"

namespace awq::ui {

using app::RunMonitor;
using app::RunState;

namespace {

QString titleOf(const app::RunProgress& progress) {
    const QString model = QFileInfo(progress.model).fileName();
    const int done = progress.blocksDone();
    const auto all = int(progress.blocks.size());
    switch (progress.state) {
    case RunState::idle:
        return {};
    case RunState::running:
        return RunView::tr("Quantizing %1: %2 of %3 blocks").arg(model).arg(done).arg(all);
    case RunState::cancelling:
        return RunView::tr("Cancelling: the current step is being finished");
    case RunState::finished:
        return RunView::tr("%1 is quantized").arg(model);
    case RunState::failed:
        return RunView::tr("The run of %1 failed after %2 of %3 blocks").arg(model).arg(done).arg(all);
    case RunState::cancelled:
        return RunView::tr("Stopped after block %1 of %2").arg(done).arg(all);
    }
    return {};
}

} // namespace

RunView::RunView(RunMonitor& run, QWidget* parent)
    : QWidget(parent), m_run(run), m_title(new Label({}, TextSize::heading, Ink::normal, true)),
      m_eta(new Label({}, TextSize::base, Ink::dim)), m_phase(new Label),
      m_now(new Label({}, TextSize::base, Ink::dim)), m_range(new Label({}, TextSize::small, Ink::dim)),
      m_bar(new QProgressBar), m_strip(new BlockStrip), m_cancel(pushButton(tr("Cancel"), QStringLiteral("cancel"))) {
    m_title->setObjectName(QStringLiteral("runTitle"));
    m_bar->setRange(0, 1000);
    m_bar->setTextVisible(false);
    m_bar->setAccessibleName(tr("Progress of the run"));
    m_cancel->setObjectName(QStringLiteral("run.cancel"));
    m_cancel->setToolTip(tr("Stop after the current step; finished blocks are kept (Ctrl+.)"));
    const Spacing s = spacing();
    auto* card = new Card;
    card->body()->addLayout(row({m_title, nullptr, m_eta, m_cancel}));
    card->body()->addWidget(m_bar);
    card->body()->addLayout(row({m_phase, m_now, nullptr}));
    card->body()->addWidget(m_strip);
    card->body()->addWidget(m_range);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(s.cardGap());
    layout->addWidget(card);
    layout->addWidget(makePlots(), 1);

    connect(m_cancel, &QPushButton::clicked, this, &RunView::cancelWanted);
    connect(m_strip, &BlockStrip::chosen, this, &RunView::blockChosen);
    connect(m_losses, &LinearLossPlot::linearPicked, this, &RunView::linearChosen);
    connect(&run, &RunMonitor::began, this, &RunView::restart);
    connect(&run, &RunMonitor::advanced, this, &RunView::take);
    connect(&run, &RunMonitor::ticked, this, &RunView::showClock);
    connect(&run, &RunMonitor::ended, this, [this] { take({}); });
    restart();
}

QWidget* RunView::makePlots() {
    m_losses = new LinearLossPlot(tr("Output MSE"));
    m_memory = new TimelinePlot(tr("Memory"), {tr("Host"), tr("GPU")});
    auto* both = new QWidget;
    auto* layout = new QHBoxLayout(both);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(spacing().cardGap());
    struct Place {
        QString title;
        QWidget* plot;
        int stretch;
    };
    for (const Place& place : {Place{tr("Error of each linear"), m_losses, 3}, Place{tr("Memory"), m_memory, 2}}) {
        auto* card = new Card(place.title);
        card->body()->addWidget(place.plot);
        layout->addWidget(card, place.stretch);
    }
    return both;
}

void RunView::restart() {
    m_lossesShown = 0;
    m_losses->setPoints({});
    m_memory->clear();
    take({});
}

void RunView::take(const std::vector<core::Event>& batch) {
    const app::RunProgress& progress = m_run.progress();
    m_losses->setBlockCount(int(progress.blocks.size()));
    std::vector<LinearPoint> points;
    for (; m_lossesShown < progress.losses.size(); ++m_lossesShown) {
        const app::LinearLoss& loss = progress.losses[m_lossesShown];
        points.push_back({loss.block, loss.name, loss.outputMse});
    }
    m_losses->appendPoints(points);
    for (const core::Event& event : batch)
        if (const auto* sample = std::get_if<core::MemorySample>(&event.payload))
            m_memory->appendPoint(
                event.seconds, {double(sample->hostBytes), sample->deviceBytes > 0 ? double(sample->deviceBytes) : -1});
    m_strip->setBlocks(progress.blocks);
    m_range->setText(m_strip->rangeText());
    showClock();
}

void RunView::showClock() {
    const app::RunProgress& progress = m_run.progress();
    m_title->setText(titleOf(progress));
    m_bar->setValue(int(progress.fraction * 1000));
    m_bar->setVisible(progress.isActive());
    m_phase->setText(progress.isActive() ? progress.phaseText() : QString());
    m_now->setText(progress.isActive() ? progress.nowText() : QString());
    const QString spent = tr("%1 so far").arg(app::secondsText(m_run.now()));
    m_eta->setText(progress.isActive() ? spent + QStringLiteral(" · ") + app::etaText(m_run.eta()) : QString());
    m_cancel->setVisible(progress.isActive());
    m_cancel->setEnabled(progress.state == RunState::running);
}

} // namespace awq::ui
