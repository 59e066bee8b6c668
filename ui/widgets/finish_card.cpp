// SPDX-License-Identifier: GPL-3.0-or-later
// Contents of the finish card.
#include "ui/widgets/finish_card.h"

#include <QVBoxLayout>

#include "app/number_text.h"
#include "ui/widgets/facts.h"
#include "ui/widgets/label.h"
#include "ui/widgets/layouts.h"

namespace awq::ui {

static constexpr std::size_t worstShown = 5;

FinishCard::FinishCard(const std::vector<Action>& actions, QWidget* parent)
    : Card(tr("Done"), parent), m_facts(new Facts(4)), m_worst(new QVBoxLayout) {
    setObjectName(QStringLiteral("finishCard"));
    for (std::size_t i = 0; i < actions.size(); ++i)
        addHeaderWidget(actionButton(actions[i], this, i == 0 ? ButtonRole::primary : ButtonRole::normal));
    m_worst->setSpacing(0);
    body()->addWidget(m_facts);
    body()->addWidget(new Label(tr("Largest errors"), TextSize::small, Ink::dim));
    body()->addLayout(m_worst);
}

void FinishCard::show(const app::RunProgress& progress) {
    const core::Finished& finished = *progress.finished;
    m_facts->setFacts({
        {tr("Size"), tr("%1 → %2").arg(app::bytesText(finished.bytesBefore), app::bytesText(finished.bytesAfter)),
         tr("Of all tensors, before and after.")},
        {tr("Time"), app::secondsText(finished.seconds), {}},
        {tr("Linears"), tr("%1 quantized, %2 kept in float").arg(progress.losses.size()).arg(progress.excluded), {}},
        {tr("Warnings"),
         progress.warnings.empty() ? tr("none") : tr("%n, in the log", nullptr, int(progress.warnings.size())),
         {}},
    });
    clearLayout(m_worst);
    for (const app::LinearLoss& loss : progress.worstLinears(worstShown)) {
        const Action inspect{tr("Block %1 · %2").arg(loss.block).arg(loss.name), {}, [this, loss] {
                                 emit linearChosen(loss.block, loss.name);
                             }};
        QPushButton* name = actionButton(inspect, this, ButtonRole::quiet);
        name->setToolTip(tr("Inspect this linear"));
        m_worst->addLayout(row({name, nullptr, new Label(app::lossText(loss.outputMse))}));
    }
}

} // namespace awq::ui
