// SPDX-License-Identifier: GPL-3.0-or-later
// The recipe: everything a user asks of a quantization run, as one value with a JSON form. Names follow the command
// line.
#pragma once

#include <cstdint>
#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <utility>
#include <vector>

namespace awq::core {

struct CalibrationOptions {
    std::string source = "bundled";    // "bundled", a text file (.txt .jsonl .jsonl.zst .gz .parquet), or .safetensors
                                       // with calib_ids [N, T]
    std::int64_t samples = 128;        // windows
    std::int64_t sequenceLength = 512; // tokens per window
    std::uint64_t seed = 42;
    std::string textField = "text";
    std::string chatTemplate;  // empty: off
    std::string rule = "pack"; // "pack", "pileval"

    bool operator==(const CalibrationOptions&) const = default;
};

struct Recipe {
    std::string preset = "awq";
    int bits = 4;                     // 2..8; only 3 and 4 have a packed form
    std::int64_t groupSize = 128;     // 128, 64, 32; -1: the whole row
    bool zeroPoint = true;            // false: symmetric
    std::string engine = "fast";      // "fast", "reference"
    std::string scaleSearch = "awq";  // "awq", "racing", "solved", "none"
    std::string clipSearch = "awq";   // "awq", "range", "none"
    std::string rounding = "nearest"; // "nearest", "compensated"
    std::string target = "original";  // what rounding aims at: "original", "corrected"
    int refineRounds = 0;             // after rounding, 0..16
    CalibrationOptions calibration;
    std::vector<std::string> exclude;                 // regular expressions on full linear names
    std::vector<std::pair<std::string, int>> bitsFor; // regular expression -> bits
    std::vector<std::string> overrides;               // choices for single scale sets, see scale_override.h
    std::string resultsIn, resultsOut;                // llm-awq result files
    std::string format = "awq-gemm";                  // "awq-gemm", "llm-awq", "simulated", "compressed-tensors"
    std::int64_t maxShardSize = 5'000'000'000;        // bytes
    std::int64_t memoryLimit = 0;                     // bytes on the compute device; 0: none
    int prefetch = 1;                                 // blocks read ahead
    std::string device = "auto";                      // "auto", "cpu", "cuda", "cuda:N", "cuda:0,1", "cpu,cpu"
    std::string dtype = "auto";                       // compute dtype: "auto", "float32", "float16", "bfloat16"
    int threads = 0;                                  // 0: all cores

    // The linears of a block are rounded stage by stage, each with the second moments of its inputs.
    bool roundsInStages() const {
        return clipSearch == "range" || rounding != "nearest" || correctsTargets() || refineRounds > 0;
    }
    // A second stream of hidden states runs through the quantized blocks.
    bool correctsTargets() const { return target == "corrected"; }

    bool operator==(const Recipe&) const = default;
};

// One flat object, keys as in recipe_options.h ("group_size", "calibration_rule"). Reading: a "preset" is applied
// first, absent keys keep their defaults; unknown keys and wrong types are Error(badInput) that names the key. Values
// are not checked: see validate().
nlohmann::ordered_json toJson(const Recipe& recipe);
Recipe recipeFromJson(const nlohmann::json& json, const std::string& where = "recipe");
Recipe readRecipeFile(const std::filesystem::path& file);

// Throws Error(badInput or usage) that names the option and the allowed values.
void validate(const Recipe& recipe);

} // namespace awq::core
