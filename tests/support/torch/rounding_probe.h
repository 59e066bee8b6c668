// SPDX-License-Identifier: GPL-3.0-or-later
// Error-compensated rounding and its companions seen from tests, on correlated inputs made here.
#pragma once

#include <cstdint>
#include <vector>

namespace awq::test {

// Exact errors of one weight's outputs, damped as the refinement damps them, in double.
struct RoundingErrors {
    double nearest = 0, compensated = 0;
    std::vector<double> refined; // after 1, 2 .. rounds
};
RoundingErrors roundingErrors(std::int64_t rows, std::int64_t columns, std::int64_t groupSize, int bits,
                              bool zeroPoint);

// Two columns, one group, inputs equal in both: what the first column's rounding loses, the second must give back.
std::vector<float> compensatedPair(float first, float second, float step);

struct RangeComparison {
    double agreement = 0; // share of groups with the step and zero point of the plain search in double
    double worst = 0;     // largest relative excess of a group's error over the plain search's
};
RangeComparison comparedRanges(std::int64_t rows, std::int64_t columns, std::int64_t groupSize);

// Largest entry of H (W* - W)^T - D, relative to the largest of D.
double targetResidual(std::int64_t rows, std::int64_t columns);

// Largest entry of U^T U H - I.
double factorResidual(std::int64_t columns);

// A weight whose inputs have outlier channels that its own columns make up for, as trained models have: exact output
// errors of plain rounding with the best of llm-awq's ratios, and with the solved scale.
struct ScaleErrors {
    double none = 0, bestRatio = 0, solved = 0;
    double expectedNone = 0, expectedSolved = 0; // by the formula that the solved scale minimises
};
ScaleErrors scaleErrors(std::int64_t rows, std::int64_t columns, std::int64_t groupSize, int bits);

// Largest gain, relative, of the expected error when one channel's solved scale changes by a few percent.
double gainLeftInSolvedScale(std::int64_t rows, std::int64_t columns, std::int64_t groupSize);

// Whether one and several threads give the same codes, steps and zero points through all three steps.
bool sameWithThreads(int threads);

} // namespace awq::test
