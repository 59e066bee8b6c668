// SPDX-License-Identifier: GPL-3.0-or-later
// The clip search alone, on a model whose channel scales are given.
#pragma once

#include <map>

#include "tests/support/torch/decoder_probe.h"

namespace awq::test {

struct GivenScale {
    std::vector<std::string> consumers; // the scale set's, as the model's page names them
    std::vector<float> channelScale;    // [in]
};

struct ClipSearch {
    int bits = 4;
    std::int64_t groupSize = 64;
    bool products = false; // measured with every sampled token's products, as llm-awq does, not by the quickest way
};

// Linear of the first block -> limits [rows * groups]. Float32 on one thread, 512 of the calibration's tokens. Sets
// that `scales` does not name stay unscaled.
std::map<std::string, std::vector<float>> clipsOfFirstBlock(const std::filesystem::path& model,
                                                            const TokenIds& calibration,
                                                            const std::vector<GivenScale>& scales,
                                                            const ClipSearch& search);

} // namespace awq::test
