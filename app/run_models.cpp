// SPDX-License-Identifier: GPL-3.0-or-later
// Columns and growth of the run's tables.
#include "app/run_models.h"

#include <QCoreApplication>
#include <QStringList>
#include <cmath>
#include <limits>

#include "app/number_text.h"

namespace awq::app {

namespace {

struct RunModels {
    Q_DECLARE_TR_FUNCTIONS(RunModels)
};

QString tr(const char* text) {
    return RunModels::tr(text);
}

QString text(const std::string& value) {
    return QString::fromStdString(value);
}

// Not-a-number compares false with everything, which would leave a sorted table in disorder.
QVariant sortable(double value) {
    return std::isnan(value) ? -std::numeric_limits<double>::infinity() : value;
}

double gainOf(const core::ScaleSetResult& set) {
    const double identity = identityLoss(set);
    return identity > 0 ? 1 - set.bestLoss / identity : std::nan("");
}

// Empty for a linear that stayed in float: it has no error and no clip to speak of.
std::function<QString(const core::LinearResult&)> ifQuantized(QString (*text)(const core::LinearResult&)) {
    return [text](const core::LinearResult& r) { return r.bits > 0 ? text(r) : QString(); };
}

std::vector<Column<core::LinearResult>> linearColumns() {
    using Row = core::LinearResult;
    return {
        {tr("Block"), tr("Decoder block, counted from 0."), [](const Row& r) { return r.block; }, {}, true},
        {tr("Linear"), tr("Weight matrix, named within its block."), [](const Row& r) { return text(r.name); }},
        {tr("Shape"), tr("Output × input features."), [](const Row& r) { return qint64(r.rows * r.columns); },
         [](const Row& r) { return shapeText(r.rows, r.columns); }, true},
        {tr("Bits"), tr("Bits per weight; empty when kept in float."), [](const Row& r) { return r.bits; },
         [](const Row& r) { return r.bits > 0 ? QString::number(r.bits) : QString(); }, true},
        {tr("Group"), tr("Consecutive inputs that share one step and zero point."),
         [](const Row& r) { return qint64(r.groupSize); },
         [](const Row& r) { return r.bits > 0 ? QString::number(r.groupSize) : QString(); }, true},
        {tr("Output MSE"), tr("Mean squared error of this linear's own output on the calibration inputs."),
         [](const Row& r) { return sortable(r.outputMse); },
         ifQuantized([](const Row& r) { return lossText(r.outputMse); }), true, true},
        {tr("Weight MSE"), tr("Mean squared difference between the float and the quantized weight."),
         [](const Row& r) { return sortable(r.weightMse); },
         ifQuantized([](const Row& r) { return lossText(r.weightMse); }), true},
        {tr("Kept range"), tr("Mean share of each group's range that is kept; 1 means nothing was clipped."),
         [](const Row& r) { return r.clipMean; }, ifQuantized([](const Row& r) { return fixedText(r.clipMean, 3); }),
         true},
        {tr("Clipped"), tr("Share of groups whose range was clipped."), [](const Row& r) { return r.clippedShare; },
         ifQuantized([](const Row& r) { return percentText(r.clippedShare); }), true},
        {tr("Fate"), tr("Quantized, or excluded and kept in float."), [](const Row& r) { return text(r.fate); }},
        {tr("Reason"), tr("Why it was excluded."), [](const Row& r) { return text(r.reason); }},
    };
}

QString consumersText(const core::ScaleSetResult& set) {
    QStringList names;
    for (const std::string& name : set.consumers)
        names << text(name);
    return names.join(QStringLiteral(", "));
}

std::vector<Column<core::ScaleSetResult>> scaleSetColumns() {
    using Row = core::ScaleSetResult;
    return {
        {tr("Block"), tr("Decoder block, counted from 0."), [](const Row& r) { return r.block; }, {}, true},
        {tr("Producer"), tr("The operation that absorbs the inverse of the channel scale."),
         [](const Row& r) { return text(r.producer); }},
        {tr("Linears"), tr("The linears that share the scaled input."), consumersText},
        {tr("Ratio"), tr("Exponent of the channel scale that gave the smallest loss."),
         [](const Row& r) { return sortable(r.bestRatio); }, [](const Row& r) { return fixedText(r.bestRatio, 2); },
         true},
        {tr("Loss"), tr("Mean squared output error at the chosen ratio."),
         [](const Row& r) { return sortable(r.bestLoss); }, [](const Row& r) { return lossText(r.bestLoss); }, true,
         true},
        {tr("Loss unscaled"), tr("Mean squared output error without scaling."),
         [](const Row& r) { return sortable(identityLoss(r)); }, [](const Row& r) { return lossText(identityLoss(r)); },
         true},
        {tr("Gain"), tr("How much of the unscaled loss the search removed."),
         [](const Row& r) { return sortable(gainOf(r)); },
         [](const Row& r) { return std::isnan(gainOf(r)) ? QStringLiteral("–") : percentText(gainOf(r)); }, true},
        {tr("Fate"), tr("Scaled, identity (no scaling won) or skipped."), [](const Row& r) { return text(r.fate); }},
        {tr("Reason"), tr("Why it was skipped or left unscaled."), [](const Row& r) { return text(r.reason); }},
    };
}

core::LinearResult withoutArrays(const core::LinearResult& linear) {
    core::LinearResult summary = linear;
    summary.clipFraction.clear();
    summary.clipValue.clear();
    summary.weightError.clear();
    return summary;
}

core::ScaleSetResult withoutArrays(const core::ScaleSetResult& set) {
    core::ScaleSetResult summary = set;
    summary.channelScale.clear();
    summary.inputMean.clear();
    return summary;
}

const std::string& keyOf(const core::LinearResult& linear) {
    return linear.name;
}
const std::string& keyOf(const core::ScaleSetResult& set) {
    return set.producer;
}

// Row of the same block and key, or where it belongs: after the rows of its own and of earlier blocks.
template <typename Row>
std::pair<int, bool> placeOf(const std::vector<Row>& rows, const Row& row) {
    int place = 0;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (rows[i].block == row.block && keyOf(rows[i]) == keyOf(row))
            return {int(i), true};
        if (rows[i].block <= row.block)
            place = int(i) + 1;
    }
    return {place, false};
}

template <typename Row>
void putRow(TableModel<Row>& model, const Row& row) {
    const auto [place, present] = placeOf(model.rows(), row);
    if (present)
        model.updateRow(place, withoutArrays(row));
    else
        model.insertRow(place, withoutArrays(row));
}

} // namespace

double identityLoss(const core::ScaleSetResult& set) {
    return set.losses.empty() ? std::nan("") : set.losses.front();
}

RunLinearsModel::RunLinearsModel(QObject* parent) : TableModel(linearColumns(), parent) {}

void RunLinearsModel::addBlock(const core::BlockResult& result) {
    for (const core::LinearResult& linear : result.linears)
        putRow(*this, linear);
}

int RunLinearsModel::find(int block, const QString& name) const {
    const std::string wanted = name.toStdString();
    for (int i = 0; i < rowCount(); ++i)
        if (row(i).block == block && row(i).name == wanted)
            return i;
    return -1;
}

ScaleSetsModel::ScaleSetsModel(QObject* parent) : TableModel(scaleSetColumns(), parent) {}

void ScaleSetsModel::addBlock(const core::BlockResult& result) {
    for (const core::ScaleSetResult& set : result.scaleSets)
        putRow(*this, set);
}

int ScaleSetsModel::findConsumer(int block, const QString& linear) const {
    const std::string wanted = linear.toStdString();
    for (int i = 0; i < rowCount(); ++i) {
        const auto& consumers = row(i).consumers;
        if (row(i).block == block && std::find(consumers.begin(), consumers.end(), wanted) != consumers.end())
            return i;
    }
    return -1;
}

} // namespace awq::app
