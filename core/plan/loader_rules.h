// SPDX-License-Identifier: GPL-3.0-or-later
// Programs that load quantized checkpoints, and what each demands of a linear's shape, the bits and the model family.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace awq::core {

struct FamilyNote {
    std::string family; // "gpt_neox"
    std::string why;    // what goes wrong there
    std::string linear; // it goes wrong only where linears whose names end so are quantized; empty: always
};

struct LoaderRules {
    std::string program, format;
    std::vector<int> bits;
    std::int64_t rowMultiple = 1, columnMultiple = 1; // demanded of every quantized linear [out, in]
    std::vector<FamilyNote> fails;                    // families it cannot load in this format
};

// Observed with: transformers 5.17 and gptqmodel 7.7, vLLM and SGLang of 2025/26, llm-awq's tinychat.
const std::vector<LoaderRules>& loaderRules();

} // namespace awq::core
