// SPDX-License-Identifier: GPL-3.0-or-later
// Start, cancel and progress of a job.
#include "ui/widgets/job_line.h"

#include <QHBoxLayout>
#include <QProgressBar>
#include <QPushButton>

#include "app/number_text.h"
#include "ui/theme/tokens.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/label.h"

namespace awq::ui {

using app::RunMonitor;

JobLine::JobLine(RunMonitor& monitor, const QString& name, const QString& verb, QWidget* parent)
    : QWidget(parent), m_monitor(monitor), m_start(pushButton(verb, QStringLiteral("run"), ButtonRole::primary)),
      m_cancel(pushButton(tr("Cancel"), QStringLiteral("cancel"))), m_bar(new QProgressBar),
      m_phase(new Label({}, TextSize::small, Ink::dim)) {
    m_start->setObjectName(name + QStringLiteral(".run"));
    m_cancel->setObjectName(name + QStringLiteral(".cancel"));
    m_bar->setRange(0, 1000);
    m_bar->setTextVisible(false);
    m_bar->setAccessibleName(tr("Progress: %1").arg(verb));
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(spacing().small);
    layout->addWidget(m_start);
    layout->addWidget(m_cancel);
    layout->addWidget(m_bar, 1);
    layout->addWidget(m_phase);
    layout->addStretch();
    connect(m_start, &QPushButton::clicked, this, &JobLine::startWanted);
    connect(m_cancel, &QPushButton::clicked, &monitor, &RunMonitor::cancel);
    connect(&monitor, &RunMonitor::began, this, &JobLine::showProgress);
    connect(&monitor, &RunMonitor::advanced, this, &JobLine::showProgress);
    connect(&monitor, &RunMonitor::ticked, this, &JobLine::showProgress);
    connect(&monitor, &RunMonitor::ended, this, &JobLine::showProgress);
    showProgress();
}

void JobLine::setStartable(bool startable, const QString& explanation) {
    m_start->setEnabled(startable);
    m_start->setToolTip(explanation);
}

void JobLine::showProgress() {
    const bool active = m_monitor.isActive();
    const app::RunProgress& progress = m_monitor.progress();
    m_start->setVisible(!active);
    m_cancel->setVisible(active);
    m_cancel->setEnabled(progress.state == app::RunState::running);
    m_bar->setVisible(active);
    m_bar->setRange(0, progress.fraction > 0 ? 1000 : 0); // busy until the first step is done
    m_bar->setValue(int(progress.fraction * 1000));
    if (!active)
        m_phase->clear();
    else if (progress.state == app::RunState::cancelling)
        m_phase->setText(tr("Cancelling after the current step"));
    else
        m_phase->setText(tr("%1 so far").arg(app::secondsText(m_monitor.now())));
}

} // namespace awq::ui
