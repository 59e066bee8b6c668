// SPDX-License-Identifier: GPL-3.0-or-later
// Runs the search on data made here, and states what it must find in plain double precision.
#include "core/tensor.h"

#include "tests/support/torch/search_probe.h"

#include <cmath>
#include <limits>

#include "core/quant/search/clip_search_torch.h"
#include "core/quant/search/input_statistics_torch.h"
#include "core/quant/search/scale_search_torch.h"
#include "core/run/tensor_values_torch.h"

namespace awq::test {

using namespace core;

namespace {

at::Tensor randomTensor(std::int64_t rows, std::int64_t columns, std::uint64_t seed) {
    at::Generator generator = at::globalContext().defaultGenerator(at::kCPU).clone();
    generator.set_current_seed(seed);
    return at::randn({rows, columns}, generator, at::kFloat);
}

// Every 17th channel is 20 times as large.
at::Tensor randomInputs(std::int64_t tokens, std::int64_t columns) {
    at::Tensor inputs = randomTensor(tokens, columns, 2);
    inputs.slice(1, 0, columns, 17).mul_(20);
    return inputs;
}

std::vector<int> integersOf(const at::Tensor& bytes) {
    const std::vector<std::uint8_t> values = bytesOf(bytes);
    return {values.begin(), values.end()};
}

// The plain measure: the linear is run with both weights.
class DirectError : public OutputError {
public:
    DirectError(at::Tensor weight, at::Tensor inputs) : m_weight(std::move(weight)), m_inputs(std::move(inputs)) {}

    int pieces() const override { return 1; }
    void select(int) override {}
    double squaredError(const std::vector<at::Tensor>& weights) override {
        const at::Tensor outputs = at::linear(m_inputs, weights.at(0)), exact = at::linear(m_inputs, m_weight);
        return (outputs - exact).square().sum(at::kDouble).item<double>();
    }
    double elements() const override { return double(m_inputs.size(0) * m_weight.size(0)); }

private:
    at::Tensor m_weight, m_inputs;
};

// One candidate gives NaN.
class BrokenError : public OutputError {
public:
    BrokenError(OutputError& error, int broken) : m_error(error), m_broken(broken) {}

    int pieces() const override { return m_error.pieces(); }
    void select(int piece) override { m_error.select(piece); }
    double squaredError(const std::vector<at::Tensor>& weights) override {
        const double found = m_error.squaredError(weights);
        return m_broken < 0 || m_count++ == m_broken ? std::numeric_limits<double>::quiet_NaN() : found;
    }
    double elements() const override { return m_error.elements(); }

private:
    OutputError& m_error;
    int m_broken, m_count = 0; // broken < 0: every candidate
};

} // namespace

RoundTrip roundTrip(const std::vector<float>& weights, std::int64_t columns, int bits, std::int64_t groupSize,
                    bool zeroPoint, bool halfScales) {
    const c10::InferenceMode inference;
    const at::Tensor weight = at::tensor(weights).view({-1, columns});
    const GroupFormat format{bits, groupSize, zeroPoint, halfScales ? at::kHalf : at::kFloat};
    const QuantizedGroups quantized = quantizeGroups(weight, format);
    RoundTrip result{integersOf(quantized.codes), integersOf(quantized.zeroPoints), floatsOf(quantized.groupScales),
                     floatsOf(dequantize(quantized)), false};
    result.oneWay = at::equal(quantizeDequantize(weight, format), dequantize(quantized));
    return result;
}

ScaleCurve searchedScale(std::int64_t rows, std::int64_t columns, std::int64_t tokens, bool gram,
                         std::optional<int> brokenRatio, int threads) {
    const c10::InferenceMode inference;
    const at::Tensor weight = randomTensor(rows, columns, 1), inputs = randomInputs(tokens, columns);
    InputStatistics statistics({});
    for (const at::Tensor& batch : inputs.split(tokens / 3))
        statistics.add(batch);
    GramError gramError(weight, statistics.gram(), statistics.tokens());
    DirectError directError(weight, inputs);
    OutputError& plain = gram ? static_cast<OutputError&>(gramError) : directError;
    BrokenError broken(plain, brokenRatio.value_or(0));
    OutputError& error = brokenRatio ? static_cast<OutputError&>(broken) : plain;
    const ScaleSearchResult found =
        searchChannelScale({{weight, GroupFormat{4, 64, true, at::kFloat}}}, statistics.meanMagnitude(), awqRatios(),
                           error, {}, Workers(threads), {});
    return {found.losses, found.best, found.best < 0 ? std::vector<float>() : floatsOf(found.channelScale)};
}

ClipComparison comparedClips(std::int64_t rows, std::int64_t columns, std::int64_t tokens, std::int64_t groupSize) {
    const c10::InferenceMode inference;
    const at::Tensor weight = randomTensor(rows, columns, 3), inputs = randomInputs(tokens, columns);
    const GroupFormat format{4, groupSize, true, at::kFloat};
    const ClipSearchResult found = searchClip(weight, inputs, format, awqClipFractions(), Workers(2), {});
    const at::Tensor x = inputs.to(at::kDouble).view({tokens, 1, -1, groupSize});
    const at::Tensor largest = weight.view({rows, -1, groupSize}).abs().amax(2);
    at::Tensor bestError, bestFraction;
    ClipComparison result;
    for (std::size_t i = 0; i < found.losses.size(); ++i) {
        const double fraction = awqClipFractions()[i];
        const at::Tensor rounded = quantizeDequantize(clampGroups(weight, largest * fraction), format);
        const at::Tensor change = (rounded - weight).to(at::kDouble).view({1, rows, -1, groupSize});
        const at::Tensor error = (x * change).sum(3).square_().mean(0); // [rows, groups]
        result.worstLoss = std::max(result.worstLoss, std::abs(found.losses[i] / error.sum().item<double>() - 1));
        const at::Tensor better = i == 0 ? at::ones_like(error, at::kBool) : error < bestError;
        bestError = i == 0 ? error : at::where(better, error, bestError);
        bestFraction = i == 0 ? at::full_like(error, fraction) : bestFraction.masked_fill(better, fraction);
    }
    const at::Tensor same = (bestFraction - found.fraction.to(at::kDouble)).abs() < 1e-6;
    result.agreement = same.to(at::kDouble).mean().item<double>();
    return result;
}

} // namespace awq::test
