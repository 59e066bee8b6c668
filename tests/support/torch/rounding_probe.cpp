// SPDX-License-Identifier: GPL-3.0-or-later
// Runs the steps of compensated rounding and states what they must find in plain double precision.
#include "core/tensor.h"

#include "tests/support/torch/rounding_probe.h"

#include <algorithm>
#include <cmath>

#include "core/quant/search/clip_search_torch.h"
#include "core/quant/search/corrected_target_torch.h"
#include "core/quant/search/error_compensation_torch.h"
#include "core/quant/search/range_search_torch.h"
#include "core/quant/search/refine_torch.h"
#include "core/quant/search/solved_scale_torch.h"
#include "core/run/tensor_values_torch.h"

namespace awq::test {

using namespace core;

namespace {

at::Tensor randomTensor(std::int64_t rows, std::int64_t columns, std::uint64_t seed) {
    at::Generator generator = at::globalContext().defaultGenerator(at::kCPU).clone();
    generator.set_current_seed(seed);
    return at::randn({rows, columns}, generator, at::kFloat);
}

// Neighbouring channels move together, and every 17th is 5 times as large.
at::Tensor correlatedGram(std::int64_t columns) {
    const std::int64_t tokens = 4 * columns;
    at::Tensor inputs = randomTensor(tokens, columns, 5);
    inputs = inputs + inputs.roll({1}, {1}) * 0.8 + inputs.roll({3}, {1}) * 0.5 + randomTensor(tokens, 1, 6);
    inputs.slice(1, 0, columns, 17).mul_(5);
    return at::mm(inputs.t(), inputs) / double(tokens);
}

struct Steps {
    at::Tensor weight, gram; // damped
    GroupGrid grid;
    QuantizedGroups nearest, compensated;
};

Steps stepsOf(std::int64_t rows, std::int64_t columns, const GroupFormat& format, int threads) {
    const Workers workers(threads);
    Steps steps;
    steps.weight = randomTensor(rows, columns, 7) * 0.05;
    const at::Tensor exact = correlatedGram(columns);
    steps.gram = damped(exact);
    steps.grid =
        searchRanges(steps.weight, groupGramsOf(exact, format.groupSize), format, awqClipFractions(), workers, {}).grid;
    steps.nearest = onGrid(roundNearest(steps.weight, steps.grid, format), steps.grid);
    const at::Tensor factor = inverseFactor(steps.gram).to(at::kFloat);
    steps.compensated = onGrid(roundCompensated(steps.weight, steps.grid, factor, format, workers, {}), steps.grid);
    return steps;
}

bool same(const QuantizedGroups& a, const QuantizedGroups& b) {
    return at::equal(a.codes, b.codes) && at::equal(a.zeroPoints, b.zeroPoints) &&
           at::equal(a.groupScales, b.groupScales);
}

// Smallest d^T H d of a group over all pairs of fractions, by definition; step and zero point that give it.
struct PlainRange {
    double error = 1e300;
    float step = 0, zero = 0;
};

PlainRange plainRange(const float* weight, const std::vector<float>& gram, std::int64_t size, int maxCode) {
    const float highest = std::max(0.0F, *std::max_element(weight, weight + size));
    const float lowest = std::min(0.0F, *std::min_element(weight, weight + size));
    PlainRange best;
    for (const double high : awqClipFractions())
        for (const double low : awqClipFractions()) {
            const float step = float(std::max(highest * high - lowest * low, 1e-5) / maxCode);
            const float zero = float(std::clamp(-std::nearbyint(lowest * low / step), 0.0, double(maxCode)));
            std::vector<double> change(static_cast<std::size_t>(size));
            for (std::int64_t i = 0; i < size; ++i) {
                const double code = std::clamp(std::nearbyint(double(weight[i]) / step) + zero, 0.0, double(maxCode));
                change[std::size_t(i)] = (code - zero) * step - weight[i];
            }
            double error = 0;
            for (std::int64_t i = 0; i < size; ++i)
                for (std::int64_t j = 0; j < size; ++j)
                    error += change[std::size_t(i)] * change[std::size_t(j)] * double(gram[std::size_t(i * size + j)]);
            if (error < best.error)
                best = {error, step, zero};
        }
    return best;
}

double groupError(const float* weight, const std::vector<float>& gram, std::int64_t size, int maxCode, float step,
                  float zero) {
    std::vector<double> change(static_cast<std::size_t>(size));
    for (std::int64_t i = 0; i < size; ++i)
        change[std::size_t(i)] =
            (std::clamp(std::nearbyint(double(weight[i]) / step) + zero, 0.0, double(maxCode)) - zero) * step -
            weight[i];
    double error = 0;
    for (std::int64_t i = 0; i < size; ++i)
        for (std::int64_t j = 0; j < size; ++j)
            error += change[std::size_t(i)] * change[std::size_t(j)] * double(gram[std::size_t(i * size + j)]);
    return error;
}

} // namespace

RoundingErrors roundingErrors(std::int64_t rows, std::int64_t columns, std::int64_t groupSize, int bits,
                              bool zeroPoint) {
    const GroupFormat format{bits, groupSize, zeroPoint, at::kHalf};
    const Steps steps = stepsOf(rows, columns, format, 1);
    const auto errorOf = [&](const QuantizedGroups& rounded) {
        return quadraticError(dequantize(rounded) - steps.weight, steps.gram);
    };
    RoundingErrors errors{errorOf(steps.nearest), errorOf(steps.compensated), {}};
    for (int rounds = 1; rounds <= 3; ++rounds)
        errors.refined.push_back(
            errorOf(refined(steps.weight, steps.compensated, steps.gram, format, rounds, Workers(1), {})));
    return errors;
}

std::vector<float> compensatedPair(float first, float second, float step) {
    const GroupFormat format{4, 2, true, std::nullopt};
    const GroupGrid grid{at::full({1, 1}, step), at::full({1, 1}, 8.0)};
    const at::Tensor gram = at::tensor({1.0F, 0.999F, 0.999F, 1.0F}).view({2, 2});
    const at::Tensor weight = at::tensor({first, second}).view({1, 2});
    const at::Tensor factor = inverseFactor(gram).to(at::kFloat);
    return floatsOf(dequantize(onGrid(roundCompensated(weight, grid, factor, format, Workers(1), {}), grid)));
}

RangeComparison comparedRanges(std::int64_t rows, std::int64_t columns, std::int64_t groupSize) {
    const GroupFormat format{4, groupSize, true, std::nullopt};
    const at::Tensor weight = (randomTensor(rows, columns, 8) * 0.05 + 0.01).contiguous();
    const at::Tensor grams = groupGramsOf(correlatedGram(columns), groupSize);
    const RangeSearchResult found = searchRanges(weight, grams, format, awqClipFractions(), Workers(1), {});
    const std::vector<float> values = floatsOf(weight), steps = floatsOf(found.grid.groupScales),
                             zeros = floatsOf(found.grid.zeroPoints);
    const std::int64_t groups = columns / groupSize;
    RangeComparison comparison;
    for (std::int64_t row = 0; row < rows; ++row)
        for (std::int64_t group = 0; group < groups; ++group) {
            const float* first = &values[std::size_t(row * columns + group * groupSize)];
            const std::vector<float> gram = floatsOf(grams[group]);
            const PlainRange plain = plainRange(first, gram, groupSize, format.maxCode());
            const std::size_t index = std::size_t(row * groups + group);
            const bool agrees =
                zeros[index] == plain.zero && std::abs(steps[index] - plain.step) < 1e-5 * double(plain.step);
            comparison.agreement += agrees ? 1.0 / double(rows * groups) : 0.0;
            const double error = groupError(first, gram, groupSize, format.maxCode(), steps[index], zeros[index]);
            comparison.worst = std::max(comparison.worst, error / plain.error - 1);
        }
    return comparison;
}

double targetResidual(std::int64_t rows, std::int64_t columns) {
    const at::Tensor weight = randomTensor(rows, columns, 9);
    const InputMoments moments{correlatedGram(columns), randomTensor(columns, columns, 10) * 0.1,
                               randomTensor(columns, rows, 11) * 0.1, 1};
    const at::Tensor gram = damped(moments.gram);
    const at::Tensor target = correctedTarget(weight, moments, inverseFactor(gram));
    const at::Tensor gap = at::mm(moments.inputGap, weight.t()) + moments.outputGap;
    return ((at::mm(gram, (target - weight).t()) - gap).abs().max() / gap.abs().max()).item<double>();
}

double factorResidual(std::int64_t columns) {
    const at::Tensor gram = damped(correlatedGram(columns)).to(at::kDouble);
    const at::Tensor factor = inverseFactor(gram);
    return (at::mm(at::mm(factor.t(), factor), gram) - at::eye(columns, gram.options())).abs().max().item<double>();
}

bool sameWithThreads(int threads) {
    const GroupFormat format{4, 32, true, at::kHalf};
    const Steps one = stepsOf(600, 128, format, 1), several = stepsOf(600, 128, format, threads);
    const auto end = [&](const Steps& steps, int count) {
        return refined(steps.weight, steps.compensated, steps.gram, format, 1, Workers(count), {});
    };
    return same(one.compensated, several.compensated) && same(end(one, 1), end(several, threads));
}

namespace {

struct OutlierWeight {
    std::vector<SearchedWeight> consumers;
    at::Tensor gram, inputMean;
};

// Every 17th channel 5 times as large, its column only half as small.
OutlierWeight outlierWeight(std::int64_t rows, std::int64_t columns, const GroupFormat& format) {
    at::Tensor weight = randomTensor(rows, columns, 7) * 0.05;
    weight.slice(1, 0, columns, 17).div_(2.5);
    const at::Tensor gram = correlatedGram(columns);
    return {{{weight, format}}, gram, gram.diagonal().sqrt()};
}

double exactError(const OutlierWeight& weight, const at::Tensor& scale) {
    const SearchedWeight& consumer = weight.consumers.front();
    return quadraticError(scaledRoundTrip(consumer.weight, scale, *consumer.format, Workers(1)) - consumer.weight,
                          weight.gram);
}

} // namespace

ScaleErrors scaleErrors(std::int64_t rows, std::int64_t columns, std::int64_t groupSize, int bits) {
    const OutlierWeight weight = outlierWeight(rows, columns, {bits, groupSize, true});
    ScaleErrors errors;
    const at::Tensor none = at::ones({columns});
    const at::Tensor solved = solvedChannelScale(weight.consumers, weight.inputMean, {});
    errors.none = errors.bestRatio = exactError(weight, none);
    for (const double ratio : awqRatios())
        errors.bestRatio = std::min(errors.bestRatio, exactError(weight, channelScaleOf(weight.inputMean, ratio)));
    errors.solved = exactError(weight, solved);
    errors.expectedNone = expectedError(weight.consumers, weight.inputMean, none);
    errors.expectedSolved = expectedError(weight.consumers, weight.inputMean, solved);
    return errors;
}

double gainLeftInSolvedScale(std::int64_t rows, std::int64_t columns, std::int64_t groupSize) {
    const OutlierWeight weight = outlierWeight(rows, columns, {4, groupSize, true});
    const at::Tensor solved = solvedChannelScale(weight.consumers, weight.inputMean, {});
    const double reached = expectedError(weight.consumers, weight.inputMean, solved);
    double gain = 0;
    for (std::int64_t channel = 0; channel < columns; ++channel)
        for (const double factor : {0.9, 1.1}) {
            at::Tensor changed = solved.clone();
            changed[channel].mul_(factor);
            gain = std::max(gain, 1 - expectedError(weight.consumers, weight.inputMean, changed) / reached);
        }
    return gain;
}

} // namespace awq::test
