// SPDX-License-Identifier: GPL-3.0-or-later
// What a family page says: which configs it reads, where its tensors may lie, and how a config becomes a decoder.
#pragma once

#include <string>
#include <vector>

#include "core/model/config.h"
#include "core/model/decoder_spec.h"

namespace awq::core {

// Where the decoder's tensors start ("model.") and where its head does ("").
struct TensorRoot {
    std::string decoder, head;
};

struct Family {
    std::string name;                       // "llama"
    std::string models;                     // "LLaMA 1, 2, 3; CodeLlama", for people
    std::vector<std::string> architectures; // of config.json
    std::vector<std::string> modelTypes;    // when it names no architecture
    std::vector<TensorRoot> roots;          // the first one that has the embedding counts
    // A vision model that holds a decoder of another family: names of the nested settings. Such a page has no read.
    std::vector<std::string> nestedConfigs = {};
    // Names relative to the root. Throws Error(badInput) naming a setting it cannot honour.
    DecoderSpec (*read)(const Config& config) = nullptr;
    std::string remarks = {}; // what a user should know, one sentence
};

} // namespace awq::core
