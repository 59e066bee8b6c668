// SPDX-License-Identifier: GPL-3.0-or-later
// The inputs of a block's linears on the calibration: statistics of all of them in one pass, or single ones as tensors.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "core/model/decoder/decoder_block_torch.h"
#include "core/quant/search/input_statistics_torch.h"
#include "core/tensor.h"

namespace awq::core {

// The calibration's hidden states, [sequences, T, D] per batch, all of the same T.
using HiddenBatches = std::vector<at::Tensor>;

std::int64_t tokensOf(const HiddenBatches& hidden);

// Gathers statistics, batch after batch; linears that share an input share them.
class InputRecorder : public LinearObserver {
public:
    // `sampleStep`: see InputStatistics. `gramBytes`: Gram matrices are gathered in the order of the forward pass as
    // long as they fit into this.
    InputRecorder(std::int64_t sampleStep, std::int64_t gramBytes) : m_sampleStep(sampleStep), m_gramBytes(gramBytes) {}

    void onLinear(const std::string& name, const at::Tensor& input) override;
    void endBatch(); // the batch's tensors may go

    // Null when the linear never saw a token (an expert without any).
    const InputStatistics* find(const std::string& linear) const;

private:
    InputStatistics& statisticsOf(const std::string& name, std::int64_t channels);

    std::int64_t m_sampleStep, m_gramBytes;
    std::map<std::string, std::string, std::less<>> m_owner;          // linear -> the first one with the same input
    std::map<std::string, InputStatistics, std::less<>> m_statistics; // by owner
    std::vector<std::pair<std::string, at::Tensor>> m_batchInputs;    // owners' inputs of the running batch
};

// The input of one linear when the block runs on `hidden`; undefined when no token reaches it.
at::Tensor inputOfLinear(const BlockSpec& block, const BlockWeights& weights, const at::Tensor& hidden,
                         const SequenceContext& context, const std::string& linear);

} // namespace awq::core
