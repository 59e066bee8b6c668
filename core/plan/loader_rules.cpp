// SPDX-License-Identifier: GPL-3.0-or-later
// The table of loaders.
#include "core/plan/loader_rules.h"

namespace awq::core {
namespace {

constexpr const char* noActivationScales =
    "it has no place for the scales of an activation, which this format carries for the family";

// Its model class fills these linears anew while it loads, by a name that packed linears do not have.
FamilyNote stopsAtPackedProjections() {
    return {"gpt_bigcode", "it stops at the start if these linears of the family are packed", "c_proj"};
}

std::vector<FamilyNote> familiesWithActivationScales() {
    return {{"bloom", noActivationScales},       {"falcon", noActivationScales}, {"gpt_neox", noActivationScales},
            {"gpt_bigcode", noActivationScales}, {"mpt", noActivationScales},    {"starcoder2", noActivationScales}};
}

} // namespace

const std::vector<LoaderRules>& loaderRules() {
    static const std::vector<LoaderRules> table{
        {"Transformers", "awq-gemm", {4}, 8, 32, {stopsAtPackedProjections()}},
        {"GPTQModel", "awq-gemm", {4}, 8, 32, familiesWithActivationScales()},
        {"vLLM", "awq-gemm", {4}, 64, 128, familiesWithActivationScales()},
        {"SGLang", "awq-gemm", {4}, 64, 128, familiesWithActivationScales()},
        {"Transformers",
         "compressed-tensors",
         {3, 4, 8},
         1,
         1,
         {{"falcon", "its linears are of a class of their own, which the loader does not match"},
          stopsAtPackedProjections()}},
        {"vLLM", "compressed-tensors", {4, 8}, 64, 128, {}},
        {"SGLang", "compressed-tensors", {4, 8}, 64, 128, {}},
        {"llm-awq",
         "llm-awq",
         {4},
         8,
         64,
         {{"gpt_bigcode", "its loader expects the scales of an activation with another length"}}},
        {"Transformers, vLLM, SGLang", "simulated", {2, 3, 4, 5, 6, 7, 8}, 1, 1, {}},
    };
    return table;
}

} // namespace awq::core
