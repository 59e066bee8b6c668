// SPDX-License-Identifier: GPL-3.0-or-later
// Naming the measures of a comparison.
#include "app/token_measures.h"

#include <QCoreApplication>

#include "app/number_text.h"

namespace awq::app {

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(TokenMeasures)
};

QString valueText(const TokenMeasure& measure) {
    return fixedText(measure.value, measure.decimals);
}

} // namespace

std::vector<TokenMeasure> tokenMeasures(const core::CompareResult& r) {
    const QString kl = Text::tr("In nats over the predictions, of B's distribution from A's; 0 is identical.");
    return {
        {Text::tr("Perplexity of A"), QString::fromStdString(r.a.label), r.a.perplexity, 4, r.a.sigma},
        {Text::tr("Perplexity of B"), QString::fromStdString(r.b.label), r.b.perplexity, 4, r.b.sigma},
        {Text::tr("B minus A"), Text::tr("The error is that of the paired difference."), r.delta, 4, r.deltaSigma},
        {Text::tr("Same most likely token (%)"), Text::tr("Share of predictions where both prefer the same token."),
         r.top1Agreement * 100, 2},
        {Text::tr("KL divergence, mean"), kl, r.kl.mean, 5},
        {Text::tr("KL divergence, median"), kl, r.kl.p50, 5},
        {Text::tr("KL divergence, 90th percentile"), kl, r.kl.p90, 5},
        {Text::tr("KL divergence, 99th percentile"), kl, r.kl.p99, 4},
        {Text::tr("KL divergence, 99.9th percentile"), kl, r.kl.p999, 4},
        {Text::tr("KL divergence, largest"), kl, r.kl.max, 4},
    };
}

TokenMeasuresModel::TokenMeasuresModel(QObject* parent)
    : TableModel(
          {{Text::tr("Measure"), Text::tr("What was measured."), [](const TokenMeasure& m) { return m.name; }},
           {Text::tr("Value"), Text::tr("Over all predictions of the text."),
            [](const TokenMeasure& m) { return m.value; }, valueText, true},
           {Text::tr("±"), Text::tr("Standard error."), [](const TokenMeasure& m) { return m.sigma; },
            [](const TokenMeasure& m) { return m.sigma > 0 ? fixedText(m.sigma, m.decimals) : QString(); }, true},
           {Text::tr("Meaning"), Text::tr("In one sentence."), [](const TokenMeasure& m) { return m.meaning; }}},
          parent) {}

} // namespace awq::app
