// SPDX-License-Identifier: GPL-3.0-or-later
// The inputs of a block's linears on the calibration: statistics of all of them in one pass, or single ones as tensors.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "core/model/decoder/decoder_block_torch.h"
#include "core/quant/search/input_statistics_torch.h"
#include "core/run/batches_torch.h"
#include "core/tensor.h"

namespace awq::core {

// Largest Gram matrix gathered, in bytes; a linear with more inputs is measured by running it.
std::int64_t largestGram(const at::Device& device);

// Gathers the statistics of one batch; linears that share an input share them. Inputs routed to an expert, [tokens,
// in], have no Gram matrix.
class InputRecorder : public LinearObserver {
public:
    // `sampleStep`, `firstToken`: see InputStatistics.
    explicit InputRecorder(std::int64_t sampleStep, std::int64_t firstToken = 0)
        : m_sampleStep(sampleStep), m_firstToken(firstToken) {}

    void onLinear(const std::string& name, const at::Tensor& input) override;
    void endBatch() { m_inputs.clear(); }  // the batch's tensors may go
    void merge(const InputRecorder& next); // statistics of the tokens that follow

    // Null when the linear never saw a token (an expert without any).
    const InputStatistics* find(const std::string& linear) const;

private:
    std::int64_t m_sampleStep, m_firstToken;
    std::map<std::string, std::string, std::less<>> m_owner;          // linear -> the first one with the same input
    std::map<std::string, InputStatistics, std::less<>> m_statistics; // by owner
    std::vector<std::pair<std::string, at::Tensor>> m_inputs;         // owners' inputs
};

// The input of one linear when the block runs on `hidden`; undefined when no token reaches it.
at::Tensor inputOfLinear(const BlockSpec& block, const BlockWeights& weights, const at::Tensor& hidden,
                         const SequenceContext& context, const std::string& linear);

} // namespace awq::core
