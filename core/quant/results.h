// SPDX-License-Identifier: GPL-3.0-or-later
// What a search found, in plain values: the search fills these, the run store keeps them, Inspect and the report show
// them.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace awq::core {

// One scale set: linears that share an input, and the op that absorbs the inverse of their channel scale.
// Names are relative to the block ("self_attn.q_proj", "input_layernorm").
struct ScaleSetResult {
    int block = 0;
    std::string producer;
    std::vector<std::string> consumers;
    std::string inspected;      // module whose output error is measured: "self_attn", "mlp", a linear, "block"
    std::vector<double> ratios; // candidates, in order
    std::vector<double> losses; // outputMse per candidate; NaN: the candidate was not finite and was discarded
    std::vector<double> measured; // share of the calibration behind each loss, 0..1; empty: all of it. A candidate
                                  // that was left early is rated by what it has in common with the best one
    double bestRatio = 0;
    double bestLoss = 0;
    std::string fate;                // "scaled", "identity" (no scaling won or was asked for), "skipped"
    std::string reason;              // why skipped or identity, in plain words
    std::vector<float> channelScale; // [in]; empty when skipped
    std::vector<float> inputMean;    // [in] mean |x| over the calibration tokens; empty when skipped
};

// Counts of one linear's weights in equal bins between minimum and maximum.
struct Histogram {
    double minimum = 0, maximum = 0;
    std::vector<std::uint64_t> before, after; // float weight; after quantize-dequantize, same bins
};

struct LinearResult {
    int block = 0;
    std::string name;                   // relative to the block
    std::int64_t rows = 0, columns = 0; // [out, in]
    int bits = 0;
    std::int64_t groupSize = 0; // effective: -1 has become columns
    std::string fate;           // "quantized", "excluded"
    std::string reason;
    double weightMse = 0;            // mean (w' - w)^2, in the unscaled weight's units
    double outputMse = 0;            // mean squared error of this linear's own output on the calibration inputs
    double clipMean = 1;             // mean of clipFraction
    double clippedShare = 0;         // share of groups with clipFraction < 1
    std::int64_t groups = 0;         // per row
    std::vector<float> clipFraction; // [rows, groups]; empty when the linear was not clipped
    std::vector<float> clipValue;    // [rows, groups] the clamp (max_val of llm-awq); empty likewise
    std::vector<double> clipLosses;  // loss per candidate fraction, summed over rows and groups
    std::vector<float> weightError;  // [rows, groups] mean squared weight error per group
    Histogram histogram;
};

struct BlockResult {
    int block = 0;
    double seconds = 0;
    double outputMse = 0;     // block output, quantized against float, on the calibration inputs
    double relativeError = 0; // mean over tokens of |y_q - y|^2 / |y|^2
    std::vector<ScaleSetResult> scaleSets;
    std::vector<LinearResult> linears;
};

} // namespace awq::core
