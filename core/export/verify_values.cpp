// SPDX-License-Identifier: GPL-3.0-or-later
// Verification of values: finite numbers, and weights that resemble the float ones.
#include <algorithm>
#include <cmath>

#include "core/export/verify_checks.h"
#include "core/model/float_values.h"

namespace awq::core {
namespace {

// Limits that sound checkpoints keep far away from. Off by one step is what a wrong zero point convention gives: half
// of the weights are then more than one step away. Clipping moves a few weights further, never a third of them.
constexpr double mostBeyondOneStep = 0.3;
constexpr double mostRelativeError = 0.7; // of a float matrix that may have been through quantization

// values = row[i] * column[k] * reference.
struct Factors {
    std::vector<double> row, column;
};

double meanSquare(std::span<const float> values) {
    double sum = 0;
    for (const float value : values)
        sum += double(value) * value;
    return sum / double(std::max<std::size_t>(1, values.size()));
}

// Least squares, columns and rows in turn. Rows count alike however large their values are: folding may make one row
// ten thousand times another, and the rounding errors of the large one must not decide the columns of all.
Factors fit(std::span<const float> values, std::span<const float> reference, std::size_t rows, std::size_t columns) {
    Factors factors{std::vector<double>(rows, 1.0), std::vector<double>(columns, 1.0)};
    std::vector<double> weight(rows, 0.0);
    for (std::size_t i = 0; i < rows; ++i) {
        const double size = meanSquare(values.subspan(i * columns, columns));
        const double original = meanSquare(reference.subspan(i * columns, columns));
        if (size > 0 && original > 0) {
            factors.row[i] = std::sqrt(size / original);
            weight[i] = 1 / size;
        }
    }
    const auto solve = [&](std::vector<double>& wanted, const std::vector<double>& given, bool byRow) {
        std::vector<double> above(wanted.size()), below(wanted.size());
        for (std::size_t i = 0; i < rows; ++i)
            for (std::size_t k = 0; k < columns; ++k) {
                const double scaled = given[byRow ? k : i] * reference[i * columns + k];
                above[byRow ? i : k] += weight[i] * scaled * values[i * columns + k];
                below[byRow ? i : k] += weight[i] * scaled * scaled;
            }
        for (std::size_t i = 0; i < wanted.size(); ++i)
            wanted[i] = below[i] > 0 ? above[i] / below[i] : 1;
    };
    for (int round = 0; round < 3; ++round) {
        solve(factors.column, factors.row, false);
        solve(factors.row, factors.column, true);
    }
    return factors;
}

// Folded scales are positive, so factors are too; some may fail where the float weights are tiny.
bool mostlyPositive(const std::vector<double>& factors) {
    const auto bad = std::count_if(factors.begin(), factors.end(), [](double factor) { return !(factor > 0); });
    return double(bad) <= mostBeyondOneStep * double(factors.size());
}

std::string percent(double share) {
    return std::to_string(int(std::lround(100 * share))) + " %";
}

} // namespace

std::string checkScales(const QuantizedWeight& weight) {
    const auto bad = std::find_if(weight.scales.begin(), weight.scales.end(),
                                  [](float scale) { return !std::isfinite(scale) || scale <= 0; });
    if (bad == weight.scales.end())
        return {};
    const std::int64_t groups = weight.columns / weight.groupSize, index = bad - weight.scales.begin();
    return "the group scale of row " + std::to_string(index / groups) + ", group " + std::to_string(index % groups) +
           " is " + std::to_string(*bad);
}

std::string checkFloats(const TensorBytes& tensor) {
    if (!isFloat(tensor.dtype))
        return {};
    const std::vector<float> values = toFloats(tensor);
    const auto bad = std::find_if(values.begin(), values.end(), [](float value) { return !std::isfinite(value); });
    return bad == values.end() ? "" : "value " + std::to_string(bad - values.begin()) + " is not finite";
}

std::string compareMatrices(std::span<const float> values, std::span<const float> reference, std::int64_t rows,
                            std::int64_t columns, std::span<const float> steps) {
    const auto width = std::size_t(columns);
    const Factors factors = fit(values, reference, std::size_t(rows), width);
    double errorSquares = 0, squares = 0;
    std::size_t beyond = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
        const double error = values[i] - factors.row[i / width] * factors.column[i % width] * reference[i];
        errorSquares += error * error;
        squares += double(values[i]) * values[i];
        if (!steps.empty())
            beyond += std::abs(error) > steps[i / (values.size() / steps.size())];
    }
    if (!std::isfinite(errorSquares))
        return "values are not finite";
    if (!mostlyPositive(factors.row) || !mostlyPositive(factors.column))
        return "the values have nothing in common with the float model's";
    if (!steps.empty() && double(beyond) > mostBeyondOneStep * double(values.size()))
        return percent(double(beyond) / double(values.size())) +
               " of the sampled weights are more than one quantization step away from the float ones";
    if (steps.empty() && errorSquares > mostRelativeError * mostRelativeError * squares)
        return "the values differ from the float model's by " + percent(std::sqrt(errorSquares / squares));
    return {};
}

} // namespace awq::core
