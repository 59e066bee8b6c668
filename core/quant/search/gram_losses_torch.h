// SPDX-License-Identifier: GPL-3.0-or-later
// The losses of a single linear's candidates through the Gram matrix of its input: exact, without running anything.
#pragma once

#include "core/quant/search/candidate_choice.h"
#include "core/quant/search/candidate_weights_torch.h"

namespace awq::core {

// One "sequence": the whole calibration. On a GPU with 16-bit weights the matrix is normalized, H = D R D with R in 16
// bits, and only its lower panels are multiplied: x^T H x = sum over panels of (x D)[a:e] R[a:e, :e] (x D)[:e] with the
// blocks left of the diagonal doubled.
class GramLosses : public CandidateLosses {
public:
    // `consumer`: has a format. `gram`: float32 [channels, channels], X^T X over `tokens` tokens.
    GramLosses(SearchedWeight consumer, std::vector<at::Tensor> channelScales, at::Tensor gram, std::int64_t tokens,
               const Workers& workers);

    int candidates() const override { return int(m_scales.size()); }
    int batches() const override { return 1; }
    int sequences() const override { return 1; }
    int sequencesPerBatch() const override { return 1; }
    double elements() const override { return double(m_tokens) * double(m_consumer.weight.size(0)); }
    std::vector<std::vector<double>> measure(const std::vector<Trial>& trials) override;

private:
    void normalize();
    double plainLoss(const at::Tensor& scale, const Workers& workers) const;
    at::Tensor panelLoss(const at::Tensor& scale) const; // float64 scalar on the device

    SearchedWeight m_consumer;
    std::vector<at::Tensor> m_scales;
    at::Tensor m_gram;
    std::int64_t m_tokens;
    Workers m_workers;
    bool m_panels = false;
    std::vector<std::int64_t> m_cuts; // of the panels, 0 .. channels
    at::Tensor m_correlations;        // float16 [channels, channels], lower panels
    at::Tensor m_norms;               // float32 [channels] D
    at::Tensor m_largest;             // float32 [rows], largest |W| D: keeps the residual inside float16
};

} // namespace awq::core
