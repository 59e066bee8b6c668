// SPDX-License-Identifier: GPL-3.0-or-later
// Comparing two models token by token.
#include "ui/pages/token_view.h"

#include <QComboBox>
#include <QFormLayout>
#include <QVBoxLayout>

#include "app/paths.h"
#include "app/position_losses.h"
#include "ui/plots/position_plot.h"
#include "ui/theme/tokens.h"
#include "ui/widgets/card.h"
#include "ui/widgets/job_line.h"
#include "ui/widgets/label.h"
#include "ui/widgets/layouts.h"
#include "ui/widgets/model_picker.h"
#include "ui/widgets/plot_card.h"
#include "ui/widgets/save_results.h"
#include "ui/widgets/table.h"
#include "ui/widgets/text_windows_form.h"

namespace awq::ui {

using app::Evaluation;
using app::Session;

static constexpr std::size_t positionsShown = 64; // ranges a plot can tell apart

TokenView::TokenView(app::Workspace& workspace, QWidget* parent)
    : QWidget(parent), m_workspace(workspace), m_text(new TextWindowsForm(QStringLiteral("tokens"))) {
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(spacing().cardGap());
    layout->addWidget(makeFormCard());
    layout->addWidget(makeResults(), 1);
    layout->addStretch();
    connect(&workspace.results(), &app::RunResults::contentChanged, this, &TokenView::offerModels);
    connect(&workspace.session(), &Session::modelChanged, this, &TokenView::offerModels);
    connect(&workspace.settings(), &app::Settings::recentsChanged, this, &TokenView::offerModels);
    connect(&workspace.runner(), &app::JobRunner::started, this, &TokenView::showReadiness);
    connect(&workspace.runner(), &app::JobRunner::finished, this, &TokenView::offerModels);
    connect(&workspace.evaluation(), &Evaluation::resultsChanged, this, &TokenView::showResults);
    offerModels();
    showResults();
}

QWidget* TokenView::makeFormCard() {
    m_job =
        new JobLine(m_workspace.evaluation().monitor(), QStringLiteral("compare.tokens"), tr("Compare token by token"));
    auto* models = new QWidget;
    auto* form = new QFormLayout(models);
    form->setContentsMargins(0, 0, 0, 0);
    form->addRow(tr("A"), makeSide(0, QStringLiteral("tokens.a"), tr("Model A")));
    form->addRow(tr("B"), makeSide(1, QStringLiteral("tokens.b"), tr("Model B")));
    QHBoxLayout* both = row({models, m_text});
    both->setSpacing(spacing().page);
    both->setStretch(0, 1);
    both->setStretch(1, 1);
    auto* card = new Card(tr("Two models and text"));
    card->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Maximum);
    card->body()->addLayout(both);
    card->body()->addWidget(m_job);
    connect(m_job, &JobLine::startWanted, this, &TokenView::compare);
    return card;
}

QWidget* TokenView::makeSide(std::size_t index, const QString& name, const QString& title) {
    Side& side = m_sides.at(index);
    side.model = new ModelPicker(name, title);
    side.form = new QComboBox;
    side.form->setObjectName(name + QStringLiteral(".form"));
    side.form->setAccessibleName(tr("%1: as stored or rounded").arg(title));
    side.form->setToolTip(tr("Rounding on the fly needs a float model; group size and zero point are the recipe's."));
    side.form->addItem(tr("as stored"), 0);
    for (const int bits : {4, 3, 8})
        side.form->addItem(tr("rounded, %1 bits").arg(bits), bits);
    connect(side.model, &ModelPicker::edited, this, &TokenView::showReadiness);
    connect(side.form, &QComboBox::currentIndexChanged, this, &TokenView::showReadiness);
    auto* line = new QWidget;
    QHBoxLayout* layout = row({side.model, side.form});
    layout->setStretch(0, 1);
    line->setLayout(layout);
    line->setFocusProxy(side.model);
    return line;
}

QWidget* TokenView::makeResults() {
    m_plot = new PositionPlot;
    auto* table = new Table(QStringLiteral("tokenMeasures"), tr("Measures of the comparison"), &m_measures);
    table->setColumnWidths({34, 12, 10, -1});
    m_protocol = paragraph({}, TextSize::small, Ink::dim);
    auto* save = new SaveResults(QStringLiteral("tokenMeasures.save"), m_measures,
                                 [this] { return m_workspace.evaluation().comparisonProtocol(); });
    connect(save, &SaveResults::failed, this, &TokenView::failed);
    auto* card = new Card(tr("Divergence"));
    card->addHeaderWidget(save);
    card->body()->addWidget(table, 1);
    card->body()->addWidget(m_protocol);
    auto* grid = new PlotGrid({new PlotCard(m_plot)});
    grid->arrange({{grid->findChild<PlotCard*>()}});
    m_results = new QWidget;
    auto* layout = new QVBoxLayout(m_results);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(spacing().cardGap());
    layout->addWidget(grid, 1);
    layout->addWidget(card, 1);
    return m_results;
}

core::CompareRequest TokenView::request() const {
    const core::Recipe& recipe = m_workspace.session().recipe();
    const auto rounding = [&recipe](const Side& side) {
        return core::RoundToNearest{side.form->currentData().toInt(), recipe.groupSize, recipe.zeroPoint};
    };
    core::CompareRequest request;
    request.a = app::toPath(m_sides[0].model->folder());
    request.b = app::toPath(m_sides[1].model->folder());
    request.text = m_text->text();
    request.compute = {recipe.device, recipe.dtype, recipe.threads};
    request.rtnA = rounding(m_sides[0]);
    request.rtnB = rounding(m_sides[1]);
    return request;
}

void TokenView::offerModels() {
    const Session& session = m_workspace.session();
    if (session.modelState() == Session::State::ready && session.modelFolder() != m_windowFor) {
        m_windowFor = session.modelFolder();
        m_text->setLongestWindow(session.model().maximumPositions);
    }
    const std::vector<ModelOffer> offers = modelOffers(m_workspace);
    for (std::size_t side = 0; side < m_sides.size(); ++side)
        m_sides[side].model->setOffers(offers, side);
    const core::CompareRequest wanted = request();
    if (wanted.a == wanted.b && wanted.rtnA.bits == wanted.rtnB.bits && offers.size() > 1)
        m_sides[1].model->choose(offers[1].folder); // a second model came up
    showReadiness();
}

void TokenView::compare() {
    emit startWanted();
    m_workspace.evaluation().compare(request());
}

void TokenView::showReadiness() {
    const core::CompareRequest wanted = request();
    const bool busy = m_workspace.runner().isRunning(), both = !wanted.a.empty() && !wanted.b.empty();
    const bool differ = wanted.a != wanted.b || wanted.rtnA.bits != wanted.rtnB.bits;
    m_job->setStartable(both && differ && !busy, busy      ? tr("Waits for the running job")
                                                 : !both   ? tr("Choose two models")
                                                 : !differ ? tr("A and B are the same")
                                                           : tr("How far the predicted distributions lie apart"));
}

void TokenView::showResults() {
    const std::optional<core::CompareResult>& comparison = m_workspace.evaluation().comparison();
    m_results->setVisible(comparison.has_value());
    m_measures.setRows(comparison ? app::tokenMeasures(*comparison) : std::vector<app::TokenMeasure>());
    m_plot->setPositions(comparison ? app::positionLosses(*comparison, positionsShown)
                                    : std::vector<app::PositionLosses>());
    m_protocol->setText(m_workspace.evaluation().comparisonProtocol());
    showReadiness();
}

} // namespace awq::ui
