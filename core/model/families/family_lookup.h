// SPDX-License-Identifier: GPL-3.0-or-later
// Finds the family page of a config.json and reads the decoder it describes.
#pragma once

#include <string>
#include <vector>

#include "core/model/families/family.h"
#include "core/model/tensor_source.h"

namespace awq::core {

struct FamilyMatch {
    Family page;              // of the decoder
    std::string container;    // name of the page of the vision-language model around it: "internvl"; empty: none
    std::string architecture; // as config.json calls it
    Config config;            // of the decoder
};

// Throws Error(badInput) for an unknown architecture, listing the known ones.
FamilyMatch findFamily(const Config& config);

// The decoder with full tensor names.
DecoderSpec withRoot(DecoderSpec spec, const TensorRoot& root);

// What may stand before a block's number, whatever program and time the names are from; `config`: of the decoder.
std::vector<std::string> blockPrefixes(const Config& config);

// The decoder of a config whose tensors lie under the root that has the embedding. Throws Error(badInput) for a setting
// that is not supported and when no root has an embedding.
DecoderSpec readDecoder(const Config& config, const FamilyMatch& family, const TensorSource& tensors);

} // namespace awq::core
