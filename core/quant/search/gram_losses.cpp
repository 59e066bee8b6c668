// SPDX-License-Identifier: GPL-3.0-or-later
// Quadratic forms of weight residuals.
#include "core/tensor.h"

#include "core/quant/search/gram_losses_torch.h"

#include "core/quant/search/kernel_rounding_torch.h"

namespace awq::core {

GramLosses::GramLosses(SearchedWeight consumer, std::vector<at::Tensor> channelScales, at::Tensor gram,
                       std::int64_t tokens, const Workers& workers)
    : m_consumer(std::move(consumer)), m_scales(std::move(channelScales)), m_gram(std::move(gram)), m_tokens(tokens),
      m_workers(workers), m_panels(kernelsTake(m_consumer.weight) && m_consumer.weight.element_size() == 2) {
    if (m_panels)
        normalize();
}

void GramLosses::normalize() {
    constexpr int panels = 8;
    constexpr std::int64_t step = 128; // cuts lie on whole tiles of the matrix product
    const std::int64_t channels = m_gram.size(0);
    for (int i = 0; i <= panels; ++i) {
        const std::int64_t cut = i == panels ? channels : channels * i / panels / step * step;
        if (m_cuts.empty() || cut > m_cuts.back())
            m_cuts.push_back(cut);
    }
    m_norms = m_gram.diagonal().sqrt().clamp_min_(1e-12);
    const at::Tensor inverse = m_norms.reciprocal();
    m_correlations = at::empty(m_gram.sizes(), m_gram.options().dtype(at::kHalf));
    for (std::size_t i = 1; i < m_cuts.size(); ++i) {
        const std::int64_t first = m_cuts[i - 1], end = m_cuts[i];
        at::Tensor panel = m_gram.slice(0, first, end).slice(1, 0, end) * inverse.slice(0, first, end).unsqueeze(1);
        panel.mul_(inverse.slice(0, 0, end));
        panel.slice(1, 0, first).mul_(2);
        m_correlations.slice(0, first, end).slice(1, 0, end).copy_(panel);
    }
    m_largest = (m_consumer.weight.abs() * m_norms).amax({1}).clamp_min_(1e-20);
}

double GramLosses::plainLoss(const at::Tensor& scale, const Workers& workers) const {
    const at::Tensor change =
        (scaledRoundTrip(m_consumer.weight, scale, *m_consumer.format, workers) - m_consumer.weight).to(at::kFloat);
    return at::mm(change, m_gram).mul_(change).sum(at::kDouble).item<double>();
}

at::Tensor GramLosses::panelLoss(const at::Tensor& scale) const {
    const at::Tensor residual =
        weightedResidualByKernel(m_consumer.weight, scale, *m_consumer.format, m_norms, m_largest.reciprocal());
    at::Tensor sums = at::zeros({residual.size(0)}, m_gram.options());
    for (std::size_t i = 1; i < m_cuts.size(); ++i) {
        const std::int64_t first = m_cuts[i - 1], end = m_cuts[i];
        const at::Tensor product =
            at::mm(residual.slice(1, first, end), m_correlations.slice(0, first, end).slice(1, 0, end));
        addRowProducts(residual.slice(1, 0, end), product, sums);
    }
    return sums.to(at::kDouble).mul_(m_largest.to(at::kDouble).square()).sum();
}

std::vector<std::vector<double>> GramLosses::measure(const std::vector<Trial>& trials) {
    std::vector<std::vector<double>> losses(trials.size());
    if (!m_panels) {
        // Small matrices: a candidate a thread. Large ones: all threads on one, as the caller has set them.
        const bool together = m_gram.is_cpu() && at::get_num_threads() == 1;
        const Workers apart = together ? m_workers : Workers(1), within = together ? Workers(1) : m_workers;
        apart.forEach(std::int64_t(trials.size()), [&](std::int64_t i) {
            losses[std::size_t(i)] = {plainLoss(m_scales[std::size_t(trials[std::size_t(i)].candidate)], within)};
        });
        return losses;
    }
    std::vector<at::Tensor> found;
    for (const Trial& trial : trials)
        found.push_back(panelLoss(m_scales[std::size_t(trial.candidate)]));
    const at::Tensor host = at::stack(found).cpu();
    for (std::size_t i = 0; i < trials.size(); ++i)
        losses[i] = {host.const_data_ptr<double>()[i]};
    return losses;
}

} // namespace awq::core
