// SPDX-License-Identifier: GPL-3.0-or-later
// Contents of the side panel.
#include "ui/plan_panel.h"

#include <QFileInfo>
#include <QProgressBar>
#include <QScrollArea>
#include <QVBoxLayout>
#include <algorithm>

#include "app/number_text.h"
#include "ui/theme/icons.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/label.h"
#include "ui/widgets/layouts.h"
#include "ui/widgets/meter.h"

namespace awq::ui {

using app::Session;

namespace {

QWidget* iconLine(const char* iconName, IconInk ink, const QString& text, const QString& toolTip) {
    auto* line = new QWidget;
    auto* sign = new QLabel;
    const int size = iconSize();
    sign->setPixmap(icon(QString::fromLatin1(iconName), ink).pixmap(QSize(size, size), line->devicePixelRatioF()));
    auto* words = paragraph(text, TextSize::small);
    auto* layout = new QHBoxLayout(line);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(spacing().small);
    layout->addWidget(sign, 0, Qt::AlignTop);
    layout->addWidget(words, 1);
    line->setToolTip(toolTip);
    return line;
}

QVBoxLayout* column(QWidget* owner, int gap) {
    auto* layout = new QVBoxLayout(owner);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(gap);
    return layout;
}

QString messageText(const core::Warning& message) {
    QString text = QString::fromStdString(message.what);
    if (!message.hint.empty())
        text += QLatin1Char('\n') + QString::fromStdString(message.hint);
    return text;
}

} // namespace

PlanPanel::PlanPanel(app::Workspace& workspace, QWidget* parent)
    : QWidget(parent), m_workspace(workspace), m_hint(paragraph({}, TextSize::base, Ink::dim)) {
    setObjectName(QStringLiteral("planPanel"));
    setAccessibleName(tr("Plan and run"));
    setFixedWidth(38 * fontMetrics().averageCharWidth() + 2 * spacing().page);
    const Spacing s = spacing();
    m_planPart = makePlanPart();
    m_runPart = makeRunPart();

    auto* inner = new QWidget;
    QVBoxLayout* list = column(inner, s.medium);
    list->addWidget(new Label(tr("Plan"), TextSize::heading, Ink::normal, true));
    list->addWidget(m_hint);
    list->addWidget(m_planPart);
    list->addStretch();
    auto* area = new QScrollArea;
    area->setFrameShape(QFrame::NoFrame);
    area->setWidgetResizable(true);
    area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    area->setWidget(inner);
    area->setFocusPolicy(Qt::NoFocus);
    area->viewport()->setAutoFillBackground(false);
    inner->setAutoFillBackground(false);

    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, s.page, s.page, s.page);
    layout->setSpacing(s.large);
    layout->addWidget(area, 1);
    layout->addWidget(m_runPart);

    connect(&workspace.session(), &Session::modelChanged, this, &PlanPanel::showPlan);
    connect(&workspace.session(), &Session::planChanged, this, &PlanPanel::showPlan);
    app::RunMonitor& run = workspace.quantizing();
    connect(&run, &app::RunMonitor::began, this, &PlanPanel::showRun);
    connect(&run, &app::RunMonitor::advanced, this, &PlanPanel::showRun);
    connect(&run, &app::RunMonitor::ticked, this, &PlanPanel::showRun);
    connect(&run, &app::RunMonitor::ended, this, &PlanPanel::showRun);
    showPlan();
    showRun();
}

QWidget* PlanPanel::makePlanPart() {
    const Spacing s = spacing();
    auto* part = new QWidget;
    QVBoxLayout* layout = column(part, s.medium);
    m_sizes = new Label({}, TextSize::title, Ink::normal, true);
    m_sizes->setObjectName(QStringLiteral("planSizes"));
    m_share = new Label({}, TextSize::small, Ink::dim);
    m_time = new Label({}, TextSize::small);
    m_time->setToolTip(tr("Estimated from a simple cost model; the first blocks of a run tell better."));
    m_linears = new Label({}, TextSize::small);
    auto* sizes = new QVBoxLayout;
    sizes->setSpacing(0);
    sizes->addWidget(m_sizes);
    sizes->addWidget(m_share);
    layout->addLayout(sizes);
    layout->addWidget(m_linears);
    layout->addWidget(m_time);
    m_deviceMemory =
        new Meter(tr("GPU memory"), tr("Estimated peak on the compute device against what is free there now."));
    m_hostMemory = new Meter(tr("Memory"), tr("Estimated peak of this program against what is free now."));
    m_disk = new Meter(tr("Disk"), tr("Output and run folder against the free space where the output goes."));
    for (Meter* meter : {m_deviceMemory, m_hostMemory, m_disk})
        layout->addWidget(meter);
    layout->addWidget(new Label(tr("Opens in"), TextSize::small, Ink::dim));
    m_loaders = new QVBoxLayout;
    m_messages = new QVBoxLayout;
    for (QVBoxLayout* list : {m_loaders, m_messages}) {
        list->setSpacing(s.tight);
        layout->addLayout(list);
    }
    return part;
}

QWidget* PlanPanel::makeRunPart() {
    auto* part = new QWidget;
    QVBoxLayout* layout = column(part, spacing().small);
    m_runTitle = new Label({}, TextSize::heading, Ink::normal, true);
    m_runPhase = paragraph({}, TextSize::small);
    m_runEta = new Label({}, TextSize::small, Ink::dim);
    m_runBar = new QProgressBar;
    m_runBar->setRange(0, 1000);
    m_runBar->setTextVisible(false);
    m_runBar->setAccessibleName(tr("Progress of the run"));
    m_cancel = pushButton(tr("Cancel"), QStringLiteral("cancel"));
    m_cancel->setObjectName(QStringLiteral("panel.cancel"));
    m_cancel->setToolTip(tr("Stop after the current linear; finished blocks are kept (Ctrl+.)"));
    connect(m_cancel, &QPushButton::clicked, this, &PlanPanel::cancelWanted);
    for (QWidget* widget :
         {static_cast<QWidget*>(m_runTitle), static_cast<QWidget*>(m_runPhase), static_cast<QWidget*>(m_runBar),
          static_cast<QWidget*>(m_runEta), static_cast<QWidget*>(m_cancel)})
        layout->addWidget(widget);
    return part;
}

void PlanPanel::showPlan() {
    const Session& session = m_workspace.session();
    const core::Plan& plan = session.plan();
    const bool any = !plan.linears.empty();
    m_planPart->setVisible(any);
    m_planPart->setEnabled(session.planState() != Session::State::working);
    m_hint->setVisible(!any || session.planState() == Session::State::failed);
    if (session.planState() == Session::State::failed)
        m_hint->setText(QString::fromUtf8(session.planError()->what()));
    else
        m_hint->setText(session.modelState() == Session::State::none
                            ? tr("Choose a model to see what a run would take.")
                            : tr("No plan yet."));
    if (!any)
        return;
    m_sizes->setText(tr("%1 → %2").arg(app::bytesText(plan.bytesBefore), app::bytesText(plan.bytesAfter)));
    const double factor = double(plan.bytesBefore) / double(std::max<std::int64_t>(1, plan.bytesAfter));
    m_share->setText(tr("%1 times smaller").arg(app::fixedText(factor, 1)));
    const auto excluded = std::count_if(plan.linears.begin(), plan.linears.end(),
                                        [](const auto& linear) { return linear.fate == "excluded"; });
    m_linears->setText(tr("%1 linears quantized, %2 kept in float")
                           .arg(app::countText(qint64(plan.linears.size()) - excluded), app::countText(excluded)));
    m_time->setText(tr("About %1 (estimate)").arg(app::secondsText(plan.secondsEstimate)));
    const core::PlanEnvironment& machine = session.environment();
    m_deviceMemory->setVisible(machine.device != "cpu");
    m_deviceMemory->setAmounts(plan.peakDeviceBytes, machine.freeDeviceBytes);
    m_hostMemory->setAmounts(plan.peakHostBytes, machine.freeHostBytes);
    m_disk->setAmounts(plan.diskBytes, plan.freeDiskBytes);
    showMessages();
}

void PlanPanel::showMessages() {
    const core::Plan& plan = m_workspace.session().plan();
    clearLayout(m_loaders);
    for (const core::LoaderVerdict& loader : plan.loaders) {
        const bool opens = loader.opens == "yes";
        const QString note = QString::fromStdString(loader.note), program = QString::fromStdString(loader.program);
        m_loaders->addWidget(iconLine(opens ? "ok" : "close", opens ? IconInk::ok : IconInk::dim,
                                      opens ? program : tr("not in %1").arg(program), note));
    }
    clearLayout(m_messages);
    showMapping();
    for (const core::Warning& problem : plan.problems)
        m_messages->addWidget(
            iconLine("error", IconInk::error, messageText(problem), QString::fromStdString(problem.where)));
    for (const core::Warning& warning : plan.warnings)
        m_messages->addWidget(
            iconLine("warning", IconInk::warning, messageText(warning), QString::fromStdString(warning.where)));
}

void PlanPanel::showMapping() {
    const core::MappingVerdict& mapping = m_workspace.session().mapping();
    const QString note = QString::fromStdString(mapping.note);
    const QString what = tr("On one block, random channel scales are folded in and the output compared: ") + note;
    if (mapping.state == "verified")
        m_messages->addWidget(iconLine("ok", IconInk::ok, tr("Mapping verified"), what));
    else if (mapping.state == "broken")
        m_messages->addWidget(
            iconLine("error", IconInk::error, tr("Mapping broken: scaling changes the model\n%1").arg(note), what));
    else if (!note.isEmpty())
        m_messages->addWidget(iconLine("close", IconInk::dim, tr("Mapping not checked"), note));
}

void PlanPanel::setShowsRun(bool shows) {
    m_showsRun = shows;
    showRun();
}

void PlanPanel::showRun() {
    const app::RunMonitor& run = m_workspace.quantizing();
    const app::RunProgress& progress = run.progress();
    m_runPart->setVisible(m_showsRun && progress.isActive());
    if (!progress.isActive())
        return;
    const bool cancelling = progress.state == app::RunState::cancelling;
    m_runTitle->setText(cancelling ? tr("Cancelling") : tr("Running"));
    m_runPhase->setText(progress.phaseText());
    m_runBar->setValue(int(progress.fraction * 1000));
    m_runEta->setText(app::etaText(run.eta()));
    m_cancel->setEnabled(!cancelling);
}

} // namespace awq::ui
