// SPDX-License-Identifier: GPL-3.0-or-later
// The weights of a scale set's candidates, made one candidate at a time: Q(W s) / s of all consumers, stacked.
#pragma once

#include <vector>

#include "core/quant/search/scale_search_torch.h"

namespace awq::core {

class CandidateWeights {
public:
    // All consumers have the same input. `channelScales`: float32 [channels] of each candidate.
    CandidateWeights(const std::vector<SearchedWeight>& consumers, std::vector<at::Tensor> channelScales,
                     const Workers& workers);

    int count() const { return int(m_scales.size()); }
    const std::vector<std::int64_t>& rows() const { return m_rows; } // of each consumer
    // [rows of all consumers, channels], dtype of the weights. Rounded in that dtype on a GPU, in float32 on the CPU.
    at::Tensor of(int candidate) const;

private:
    struct Part { // neighbours with one format
        at::Tensor weight;
        std::optional<GroupFormat> format;
    };

    std::vector<Part> m_parts;
    std::vector<std::int64_t> m_rows;
    std::vector<at::Tensor> m_scales;
    Workers m_workers;
};

} // namespace awq::core
