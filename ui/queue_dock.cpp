// SPDX-License-Identifier: GPL-3.0-or-later
// Contents of the queue dock.
#include "ui/queue_dock.h"

#include <QVBoxLayout>

#include "ui/theme/tokens.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/layouts.h"
#include "ui/widgets/table.h"

namespace awq::ui {

using app::JobState;

QueueDock::QueueDock(app::Workspace& workspace, QWidget* parent)
    : QDockWidget(tr("Queue"), parent), m_workspace(workspace),
      m_table(new Table(QStringLiteral("queue"), tr("Queue of jobs"), &workspace.queue())),
      m_up(iconButton(QStringLiteral("up"), tr("Earlier"))), m_down(iconButton(QStringLiteral("down"), tr("Later"))),
      m_retry(iconButton(QStringLiteral("retry"), tr("Run again from the start"))),
      m_resume(iconButton(QStringLiteral("resume"), tr("Resume after the last finished block"))),
      m_remove(iconButton(QStringLiteral("remove"), tr("Remove from the queue"))),
      m_pause(pushButton(tr("Pause after current"), QStringLiteral("pause"))) {
    setObjectName(QStringLiteral("queueDock"));
    m_table->setSortingEnabled(false); // the order is the order of work
    m_table->setColumnWidths({24, 20, 12, -1});
    m_pause->setCheckable(true);
    m_pause->setObjectName(QStringLiteral("queue.pause"));
    int number = 0;
    for (QToolButton* button : {m_up, m_down, m_retry, m_resume, m_remove})
        button->setObjectName(QStringLiteral("queue.button%1").arg(number++));

    auto* body = new QWidget;
    auto* layout = new QVBoxLayout(body);
    const Spacing s = spacing();
    layout->setContentsMargins(s.medium, s.small, s.medium, s.small);
    layout->setSpacing(s.small);
    layout->addLayout(row({m_up, m_down, m_resume, m_retry, m_remove, nullptr, m_pause}));
    layout->addWidget(m_table, 1);
    setWidget(body);

    connect(m_up, &QToolButton::clicked, this, [this] { move(-1); });
    connect(m_down, &QToolButton::clicked, this, [this] { move(1); });
    connect(m_retry, &QToolButton::clicked, this, [this] { retry(false); });
    connect(m_resume, &QToolButton::clicked, this, [this] { retry(true); });
    connect(m_remove, &QToolButton::clicked, this, &QueueDock::removeCurrent);
    connect(m_pause, &QPushButton::toggled, &workspace.starter(), &app::JobStarter::setPaused);
    connect(&workspace.starter(), &app::JobStarter::pausedChanged, m_pause, &QPushButton::setChecked);
    connect(m_table, &Table::currentSourceRowChanged, this, &QueueDock::updateButtons);
    for (const auto signal : {&QAbstractItemModel::rowsInserted, &QAbstractItemModel::rowsRemoved})
        connect(&workspace.queue(), signal, this, &QueueDock::updateButtons);
    connect(&workspace.queue(), &QAbstractItemModel::dataChanged, this, &QueueDock::updateButtons);
    m_pause->setChecked(workspace.starter().isPaused());
    updateButtons();
}

std::optional<app::QueuedJob> QueueDock::currentJob() const {
    const int row = m_table->sourceRow();
    return row < 0 ? std::nullopt : std::optional(m_workspace.queue().row(row));
}

void QueueDock::move(int by) {
    if (const auto job = currentJob())
        m_workspace.queue().move(job->id, m_table->sourceRow() + by);
    updateButtons();
}

void QueueDock::retry(bool resume) {
    if (const auto job = currentJob())
        m_workspace.queue().retry(job->id, resume);
    m_workspace.starter().startNext();
}

void QueueDock::removeCurrent() {
    if (const auto job = currentJob())
        m_workspace.queue().remove(job->id);
}

void QueueDock::updateButtons() {
    const auto job = currentJob();
    const int row = m_table->sourceRow(), last = m_workspace.queue().rowCount() - 1;
    const bool idle = job && job->state != JobState::running;
    const bool stopped = job && (job->state == JobState::cancelled || job->state == JobState::failed ||
                                 job->state == JobState::interrupted);
    m_up->setEnabled(job && row > 0);
    m_down->setEnabled(job && row < last);
    m_resume->setEnabled(stopped);
    m_retry->setEnabled(idle && job->state != JobState::waiting);
    m_remove->setEnabled(idle);
}

} // namespace awq::ui
