// SPDX-License-Identifier: GPL-3.0-or-later
// Contents of the override panel.
#include "ui/pages/override_panel.h"

#include <QCheckBox>
#include <QComboBox>
#include <QHBoxLayout>
#include <QPushButton>
#include <QVBoxLayout>
#include <algorithm>
#include <cmath>

#include "app/number_text.h"
#include "app/paths.h"
#include "core/plan/scale_override.h"
#include "ui/theme/tokens.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/job_line.h"
#include "ui/widgets/label.h"
#include "ui/widgets/layouts.h"

namespace awq::ui {

using app::Overriding;

namespace {

constexpr double sameRatio = 1e-9;

QString signedPercent(double before, double after) {
    const double change = 100 * (after / before - 1);
    return (change < 0 ? QStringLiteral("−") : QStringLiteral("+")) + app::fixedText(std::abs(change), 1) +
           QStringLiteral(" %");
}

QString changeText(double before, double after) {
    const QString text = OverridePanel::tr("%1 → %2").arg(app::lossText(before), app::lossText(after));
    return before > 0 ? OverridePanel::tr("%1 (%2)").arg(text, signedPercent(before, after)) : text;
}

const core::ScaleSetResult* setIn(const core::BlockResult& block, const std::string& producer) {
    const auto found = std::ranges::find(block.scaleSets, producer, &core::ScaleSetResult::producer);
    return found == block.scaleSets.end() ? nullptr : &*found;
}

} // namespace

OverridePanel::OverridePanel(app::Workspace& workspace, QWidget* parent)
    : Card({}, parent), m_workspace(workspace), m_about(new Label({}, TextSize::small, Ink::dim)),
      m_outcome(paragraph()), m_ratio(new QComboBox), m_clip(new QComboBox),
      m_exclude(new QCheckBox(tr("Keep in float"))),
      m_job(new JobLine(workspace.overriding().monitor(), QStringLiteral("override"), tr("Try"))),
      m_keep(pushButton(tr("Keep"), QStringLiteral("check"))),
      m_discard(pushButton(tr("Discard"), QStringLiteral("close"), ButtonRole::quiet)) {
    setObjectName(QStringLiteral("override.panel"));
    body()->addWidget(m_about);
    addChoices();
    addOutcome();
    const Overriding& overriding = workspace.overriding();
    connect(&overriding, &Overriding::changed, this, &OverridePanel::showOutcome);
    connect(&overriding, &Overriding::keepFailed, this, &OverridePanel::failed);
    connect(&workspace.overriding().monitor(), &app::RunMonitor::ended, this, [this] {
        const app::JobOutcome& outcome = m_workspace.overriding().monitor().outcome();
        if (outcome.error && !outcome.wasCancelled())
            emit failed(*outcome.error);
    });
    connect(&workspace.runner(), &app::JobRunner::started, this, &OverridePanel::showReadiness);
    connect(&workspace.runner(), &app::JobRunner::finished, this, &OverridePanel::showReadiness);
    setSubject(std::nullopt);
}

void OverridePanel::addChoices() {
    m_ratio->setObjectName(QStringLiteral("override.ratio"));
    m_ratio->setAccessibleName(tr("Ratio to try"));
    m_ratio->setToolTip(tr("Exponent of the channel scales; each with the loss that the search measured. Trying the "
                           "one that was found, and keeping it, locks it."));
    m_clip->setObjectName(QStringLiteral("override.clip"));
    m_clip->setAccessibleName(tr("Clipping to try"));
    m_clip->addItem(tr("Clipping as the recipe says"));
    m_clip->addItem(tr("No clipping"));
    m_exclude->setObjectName(QStringLiteral("override.exclude"));
    m_exclude->setToolTip(tr("Leaves the linears of this set unquantized; the folder grows by their weights."));
    QHBoxLayout* line = row({m_ratio, m_clip, m_exclude, m_job});
    line->setSpacing(spacing().medium);
    line->setStretch(3, 1);
    body()->addLayout(line);
    connect(m_exclude, &QCheckBox::toggled, this, &OverridePanel::showReadiness);
    connect(m_job, &JobLine::startWanted, this, &OverridePanel::tryOut);
}

void OverridePanel::addOutcome() {
    m_keep->setObjectName(QStringLiteral("override.keep"));
    m_keep->setToolTip(
        tr("Takes the choice into the run and its recipe; the folder of a finished run is written again."));
    m_discard->setObjectName(QStringLiteral("override.discard"));
    QHBoxLayout* line = row({m_outcome, m_discard, m_keep});
    line->setStretch(0, 1);
    body()->addLayout(line);
    connect(m_keep, &QPushButton::clicked, &m_workspace.overriding(), &Overriding::keep);
    connect(m_discard, &QPushButton::clicked, &m_workspace.overriding(), &Overriding::discard);
}

void OverridePanel::setSubject(const std::optional<LinearSubject>& subject) {
    m_subject = subject;
    const core::ScaleSetResult* set = subject && subject->scaleSet ? &*subject->scaleSet : nullptr;
    if (!set) {
        m_about->setText(subject ? tr("No scale set holds this linear.") : tr("Pick a row of the table."));
    } else {
        QStringList linears;
        for (const std::string& name : set->consumers)
            linears << QString::fromStdString(name);
        m_about->setText(tr("Scale set of block %1: %2 absorbs the scale of the inputs of %3")
                             .arg(set->block)
                             .arg(QString::fromStdString(set->producer), linears.join(QStringLiteral(", "))));
        fillRatios(*set);
        showPresent();
    }
    showOutcome();
}

// The loss of no scaling is what the others are set against.
void OverridePanel::fillRatios(const core::ScaleSetResult& set) {
    m_ratio->clear();
    m_ratio->addItem(tr("As the search decides"));
    for (std::size_t i = 0; i < set.ratios.size(); ++i) {
        const double ratio = set.ratios[i], loss = set.losses.at(i);
        QString text = tr("%1 · loss %2").arg(app::fixedText(ratio, 2), app::lossText(loss));
        if (ratio == 0)
            text = tr("No scaling · loss %1").arg(app::lossText(loss));
        else if (std::abs(ratio - set.bestRatio) < sameRatio)
            text = tr("%1 · now").arg(text);
        m_ratio->addItem(text, ratio);
    }
}

void OverridePanel::showPresent() {
    const std::vector<std::string>& overrides = m_workspace.results().info().recipe.overrides;
    const core::ScaleOverride present =
        core::findOverride(overrides, setName().toStdString()).value_or(core::ScaleOverride());
    int index = 0;
    for (int i = 1; present.ratio && i < m_ratio->count(); ++i)
        if (std::abs(m_ratio->itemData(i).toDouble() - *present.ratio) < sameRatio)
            index = i;
    m_ratio->setCurrentIndex(index);
    m_clip->setCurrentIndex(present.clip ? 0 : 1);
    m_exclude->setChecked(present.exclude);
}

QString OverridePanel::setName() const {
    const core::ScaleSetResult& set = *m_subject->scaleSet;
    return QStringLiteral("%1.%2").arg(set.block).arg(QString::fromStdString(set.producer));
}

core::ScaleOverride OverridePanel::wanted() const {
    core::ScaleOverride wanted{.scaleSet = setName().toStdString()};
    wanted.exclude = m_exclude->isChecked();
    if (wanted.exclude)
        return wanted;
    if (m_ratio->currentIndex() > 0)
        wanted.ratio = m_ratio->currentData().toDouble();
    wanted.clip = m_clip->currentIndex() == 0;
    return wanted;
}

void OverridePanel::tryOut() {
    m_workspace.overriding().tryOut({app::toPath(m_workspace.results().folder()), wanted()});
}

void OverridePanel::showReadiness() {
    const bool hasSet = m_subject && m_subject->scaleSet;
    const bool busy = m_workspace.runner().isRunning() || m_workspace.overriding().isKeeping();
    m_ratio->setEnabled(hasSet && !busy && !m_exclude->isChecked() && m_ratio->count() > 1);
    m_clip->setEnabled(hasSet && !busy && !m_exclude->isChecked());
    m_exclude->setEnabled(hasSet && !busy);
    m_job->setStartable(hasSet && !busy, busy ? tr("Waits for the running job")
                                              : tr("Quantizes this block once more, with this choice; the run stays "
                                                   "as it is"));
    m_keep->setEnabled(!busy);
    m_discard->setEnabled(!busy);
}

bool OverridePanel::isAboutSubject() const {
    const core::OverrideRequest& request = m_workspace.overriding().request();
    return m_subject && m_subject->scaleSet && request.wanted.scaleSet == setName().toStdString() &&
           request.runDir == app::toPath(m_workspace.results().folder());
}

void OverridePanel::showOutcome() {
    const std::optional<core::OverrideResult>& result = m_workspace.overriding().result();
    const bool shown = result && isAboutSubject();
    m_keep->setVisible(shown);
    m_discard->setVisible(shown);
    m_outcome->setVisible(shown);
    showReadiness();
    if (!shown)
        return;
    const auto& [wanted, before, after] = *result;
    QStringList sentences{
        tr("Output error of block %1: %2.").arg(before.block).arg(changeText(before.outputMse, after.outputMse))};
    const core::ScaleSetResult *was = setIn(before, m_subject->scaleSet->producer),
                               *is = setIn(after, m_subject->scaleSet->producer);
    if (was && is && was->bestLoss > 0 && is->bestLoss > 0)
        sentences << tr("Ratio %1 → %2, loss of the set %3.")
                         .arg(app::fixedText(was->bestRatio, 2), app::fixedText(is->bestRatio, 2),
                              changeText(was->bestLoss, is->bestLoss));
    if (wanted.exclude)
        sentences << tr("The linears of this set would stay in float.");
    if (before.outputMse == after.outputMse)
        sentences << tr("Nothing changes.");
    m_outcome->setText(sentences.join(QLatin1Char(' ')));
    m_outcome->setInk(after.outputMse < before.outputMse   ? Ink::ok
                      : after.outputMse > before.outputMse ? Ink::warning
                                                           : Ink::normal);
}

} // namespace awq::ui
