// SPDX-License-Identifier: GPL-3.0-or-later
// Filling and linking the plots of a linear.
#include "ui/pages/linear_view.h"

#include <QHBoxLayout>
#include <QPushButton>
#include <QToolButton>
#include <QVBoxLayout>
#include <cmath>

#include "app/block_details.h"
#include "app/number_text.h"
#include "app/run_models.h"
#include "ui/plots/channel_scale_plot.h"
#include "ui/plots/heatmap_plot.h"
#include "ui/plots/histogram_plot.h"
#include "ui/plots/loss_curve_plot.h"
#include "ui/theme/tokens.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/label.h"
#include "ui/widgets/plot_card.h"

namespace awq::ui {

namespace {

QString text(const std::string& value) {
    return QString::fromStdString(value);
}

LossCurve curveOf(const LinearSubject& subject) {
    if (!subject.scaleSet)
        return {};
    const core::ScaleSetResult& set = *subject.scaleSet;
    return {subject.name(), set.ratios, set.losses, set.bestRatio};
}

// A view of one array of a block, which it keeps alive.
HeatmapData matrixOf(const LinearView::Block& block, const core::LinearResult* linear,
                     const std::vector<float> core::LinearResult::*array) {
    if (!linear || (linear->*array).empty())
        return {};
    return {std::shared_ptr<const std::vector<float>>(block, &(linear->*array)), linear->rows, linear->groups};
}

QString quantizationText(const core::LinearResult& linear) {
    if (linear.bits == 0)
        return QObject::tr("kept in float");
    return QObject::tr("w%1 g%2").arg(linear.bits).arg(linear.groupSize);
}

} // namespace

QString LinearSubject::name() const {
    return QStringLiteral("%1 · %2").arg(linear.block).arg(text(linear.name));
}

LinearView::LinearView(QWidget* parent)
    : QWidget(parent), m_title(new Label({}, TextSize::heading, Ink::normal, true)),
      m_facts(new Label({}, TextSize::base, Ink::dim)), m_pin(pushButton(tr("Pin to compare"), "overlay")),
      m_unpin(pushButton(tr("Unpin"), "close", ButtonRole::quiet)), m_loss(new LossCurvePlot),
      m_scales(new ChannelScalePlot), m_clip(new HeatmapPlot(clipFractionKind())),
      m_error(new HeatmapPlot(weightErrorKind())), m_histogram(new HistogramPlot), m_lossCard(new PlotCard(m_loss)),
      m_scalesCard(new PlotCard(m_scales)), m_clipCard(new PlotCard(m_clip)), m_errorCard(new PlotCard(m_error)),
      m_histogramCard(new PlotCard(m_histogram)), m_grid(makeGrid()) {
    m_layout = new QVBoxLayout(this);
    m_layout->setContentsMargins(0, 0, 0, 0);
    m_layout->setSpacing(spacing().small);
    m_layout->addWidget(makeHeading());
    m_layout->addWidget(m_grid, 1);
    link();
    clear();
}

QWidget* LinearView::makeHeading() {
    auto* heading = new QWidget;
    auto* words = new QVBoxLayout;
    words->setSpacing(0);
    words->addWidget(m_title);
    words->addWidget(m_facts);
    m_facts->setWordWrap(true);
    m_title->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_pin->setToolTip(tr("Keeps this linear in the plots while you look at another one (Shift+click in the table)"));
    m_headingLine = new QHBoxLayout(heading);
    m_headingLine->setContentsMargins(0, 0, 0, 0);
    m_headingLine->addLayout(words, 1);
    m_headingLine->addWidget(m_unpin);
    m_headingLine->addWidget(m_pin);
    connect(m_pin, &QPushButton::clicked, this, &LinearView::overlayRequested);
    connect(m_unpin, &QPushButton::clicked, this, &LinearView::overlayDropped);
    return heading;
}

void LinearView::addHeadingButton(QWidget* button) {
    m_headingLine->addWidget(button);
}

void LinearView::insertBelowHeading(QWidget* widget) {
    m_layout->insertWidget(1, widget);
}

PlotGrid* LinearView::makeGrid() {
    connect(m_scalesCard->addSwitch(tr("Sorted"), tr("Largest channel scale first, instead of channel order")),
            &QToolButton::toggled, m_scales, &ChannelScalePlot::setSorted);
    connect(m_histogramCard->addSwitch(tr("Log"), tr("Logarithmic counts, to see the tails")), &QToolButton::toggled,
            m_histogram, &HistogramPlot::setLogarithmic);
    const auto addFlip = [this](PlotCard* card, PlotCard* other, bool toError) {
        QToolButton* flip =
            card->addSwitch(other->plot()->name(), tr("Show the other heatmap here; a higher window shows both"));
        flip->setCheckable(false);
        connect(flip, &QToolButton::clicked, this, [this, toError] {
            m_showsError = toError;
            arrange();
        });
        return flip;
    };
    m_toError = addFlip(m_clipCard, m_errorCard, true);
    m_toClip = addFlip(m_errorCard, m_clipCard, false);
    return new PlotGrid({m_lossCard, m_scalesCard, m_clipCard, m_errorCard, m_histogramCard});
}

// Low windows show two rows and one of the heatmaps, high ones three rows and both.
void LinearView::arrange() {
    const bool roomy = height() > 54 * fontMetrics().height();
    m_toError->setVisible(!roomy);
    m_toClip->setVisible(!roomy);
    if (roomy)
        m_grid->arrange({{m_lossCard, m_scalesCard}, {m_clipCard, m_errorCard}, {m_histogramCard}});
    else
        m_grid->arrange({{m_lossCard, m_scalesCard}, {m_showsError ? m_errorCard : m_clipCard, m_histogramCard}});
}

void LinearView::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    arrange();
}

// A channel or group picked in one plot is marked in all.
void LinearView::link() {
    for (HeatmapPlot* heatmap : {m_clip, m_error})
        connect(heatmap, &HeatmapPlot::cellPicked, this, &LinearView::markGroup);
    connect(m_scales, &ChannelScalePlot::channelPicked, this, [this](int channel) {
        markGroup(-1, channel / groupSize());
        m_scales->markChannels(channel, 1);
    });
}

qint64 LinearView::groupSize() const {
    return m_subject ? std::max<qint64>(m_subject->linear.groupSize, 1) : 1;
}

void LinearView::markGroup(qint64 row, qint64 group) {
    m_clip->mark(row, group);
    m_error->mark(row, group);
    m_scales->markChannels(int(group * groupSize()), int(groupSize()));
}

std::vector<Plot*> LinearView::plots() const {
    return {m_loss, m_scales, m_clip, m_error, m_histogram};
}

void LinearView::show(const LinearSubject& subject) {
    m_subject = subject;
    showFacts();
    for (Plot* plot : plots())
        plot->setSubject(subject.name());
    m_loss->setCurve(curveOf(subject));
    for (Plot* plot : std::initializer_list<Plot*>{m_scales, m_clip, m_error, m_histogram})
        plot->setBusy(true);
}

void LinearView::showFacts() {
    const core::LinearResult& linear = m_subject->linear;
    m_title->setText(m_overlay ? tr("%1, compared with %2").arg(m_subject->name(), m_overlay->name())
                               : m_subject->name());
    QStringList facts{app::shapeText(linear.rows, linear.columns), quantizationText(linear)};
    if (linear.bits > 0)
        facts << tr("output MSE %1").arg(app::lossText(linear.outputMse));
    if (const auto& set = m_subject->scaleSet; set && !set->losses.empty()) {
        const double identity = app::identityLoss(*set);
        facts << (set->fate == "scaled" && identity > 0
                      ? tr("ratio %1, loss %2 against no scaling")
                            .arg(app::fixedText(set->bestRatio, 2), app::percentText(set->bestLoss / identity - 1))
                      : text(set->fate));
    }
    if (linear.clippedShare > 0)
        facts << tr("%1 of groups clipped").arg(app::percentText(linear.clippedShare));
    if (!linear.reason.empty())
        facts << text(linear.reason);
    m_facts->setText(facts.join(QStringLiteral(" · ")));
    m_facts->setToolTip(m_facts->text());
    m_pin->setVisible(!m_overlay);
    m_pin->setEnabled(true);
    m_unpin->setVisible(m_overlay.has_value());
}

void LinearView::showArrays(const Block& block) {
    const core::LinearResult* linear = app::BlockDetails::linearOf(*block, m_subject->linear.name);
    const core::ScaleSetResult* set = app::BlockDetails::scaleSetOf(*block, m_subject->linear.name);
    m_scales->setScales({m_subject->name(), set ? set->channelScale : std::vector<float>()});
    m_clip->setData(matrixOf(block, linear, &core::LinearResult::clipFraction));
    m_error->setData(matrixOf(block, linear, &core::LinearResult::weightError));
    m_histogram->setHistogram(linear ? linear->histogram : core::Histogram());
}

void LinearView::showUnreadable(const QString& why) {
    m_scales->setScales({});
    m_clip->setData({});
    m_error->setData({});
    m_histogram->setHistogram({});
    for (Plot* plot : std::initializer_list<Plot*>{m_scales, m_clip, m_error, m_histogram})
        plot->setMessage(why);
}

void LinearView::setOverlay(std::optional<LinearSubject> overlay) {
    m_overlay = std::move(overlay);
    m_loss->setOverlay(m_overlay && m_overlay->scaleSet ? std::optional(curveOf(*m_overlay)) : std::nullopt);
    if (!m_overlay)
        m_scales->setOverlay(std::nullopt);
    if (m_subject)
        showFacts();
}

void LinearView::showOverlayArrays(const Block& block) {
    const core::ScaleSetResult* set =
        m_overlay ? app::BlockDetails::scaleSetOf(*block, m_overlay->linear.name) : nullptr;
    m_scales->setOverlay(set ? std::optional(ChannelValues{m_overlay->name(), set->channelScale}) : std::nullopt);
}

void LinearView::clear() {
    m_subject.reset();
    setOverlay(std::nullopt);
    m_title->setText(tr("No linear selected"));
    m_facts->setText(tr("Pick a row of the table."));
    m_pin->setEnabled(false);
    m_pin->show();
    m_unpin->hide();
    for (Plot* plot : plots())
        plot->setMessage(tr("Pick a row of the table."));
}

} // namespace awq::ui
