// SPDX-License-Identifier: GPL-3.0-or-later
// What one float pass over the calibration tells about the inputs of a block's linears: magnitudes, sampled tokens, Gram matrices.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "core/model/decoder/decoder_block_torch.h"
#include "core/tensor.h"

namespace awq::core {

// The calibration's hidden states, [sequences, T, D] per batch, all of the same T.
using HiddenBatches = std::vector<at::Tensor>;

struct InputStatistics {
    std::int64_t tokens = 0;
    at::Tensor magnitudeSum; // float32 [in]: sum of |x|
    at::Tensor sample;       // [about 512, in]: tokens spread evenly over the calibration, in their order
    at::Tensor gram;         // float32 [in, in]: X^T X; only where asked for

    at::Tensor mean() const { return magnitudeSum / double(tokens); } // float32 [in]: mean |x|
};

// Observes the linears of one block, batch after batch.
class InputRecorder : public LinearObserver {
public:
    // `gramOf`: linears whose Gram matrix is wanted. `totalTokens`: of the whole calibration, for even sampling.
    InputRecorder(std::set<std::string> gramOf, std::int64_t totalTokens, std::int64_t sampleTokens)
        : m_gramOf(std::move(gramOf)), m_total(totalTokens), m_sampleTokens(sampleTokens) {}

    void onLinear(const std::string& name, const at::Tensor& input) override;
    void endBatch(); // the batch's tensors may go

    // Null when the linear never saw a token (an expert without any).
    const InputStatistics* find(const std::string& linear) const;
    // Inputs of the batch that is running, by linear.
    const std::map<std::string, at::Tensor>& batchInputs() const { return m_batchInputs; }

private:
    void record(InputStatistics& statistics, const at::Tensor& rows, bool routed, bool gram);

    std::set<std::string> m_gramOf;
    std::int64_t m_total, m_sampleTokens;
    std::map<std::string, std::string> m_owner;         // linear -> first linear with the same input
    std::map<std::string, InputStatistics> m_statistics; // by owner
    std::map<std::string, at::Tensor> m_batchInputs;
};

} // namespace awq::core
