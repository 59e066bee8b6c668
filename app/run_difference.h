// SPDX-License-Identifier: GPL-3.0-or-later
// What differs between two runs, linear by linear.
#pragma once

#include <QString>
#include <filesystem>
#include <vector>

#include "core/plan/recipe.h"
#include "core/quant/results.h"

namespace awq::app {

// Output error of one linear in both runs.
struct LinearDifference {
    int block = 0;
    QString name;
    double a = 0, b = 0; // output MSE

    QString label() const { return QStringLiteral("%1 · %2").arg(block).arg(name); }
    double change() const { return b / a - 1; } // 0.1: 10 % more in B
};

// Linears quantized in both, worst for B first.
std::vector<LinearDifference> linearDifferences(const std::vector<core::LinearResult>& a,
                                                const std::vector<core::LinearResult>& b);

// A run as the comparison needs it.
struct RunSummary {
    std::filesystem::path model;
    core::Recipe recipe;
    std::vector<core::LinearResult> linears; // without arrays
};
RunSummary readRunSummary(const std::filesystem::path& folder); // throws core::Error naming the damaged file

} // namespace awq::app
