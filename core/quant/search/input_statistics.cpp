// SPDX-License-Identifier: GPL-3.0-or-later
// Running sums of magnitudes and products of a linear's inputs.
#include "core/quant/search/input_statistics_torch.h"

#include <algorithm>

namespace awq::core {

std::int64_t sampleStepFor(std::int64_t tokens, std::int64_t count) {
    return std::max<std::int64_t>(1, tokens / count);
}

namespace {

// float32 [channels].
at::Tensor sumOfMagnitudes(const at::Tensor& rows) {
    if (rows.is_cuda()) // one read, summed in float32
        return at::linalg_vector_norm(rows, 1, at::IntArrayRef{0}, false, at::kFloat);
    return rows.to(at::kFloat).abs().sum(0);
}

} // namespace

at::Tensor gramOf(const at::Tensor& rows) {
    if (rows.is_cuda() && rows.scalar_type() != at::kFloat)
        return at::mm(rows.t(), rows, at::kFloat); // 16-bit factors, float32 sums
    const at::Tensor exact = rows.to(at::kFloat);
    return at::mm(exact.t(), exact);
}

void InputStatistics::add(const at::Tensor& input) {
    const at::Tensor rows = input.reshape({-1, input.size(-1)});
    const at::Tensor magnitude = sumOfMagnitudes(rows).to(at::kDouble);
    m_magnitude = m_magnitude.defined() ? m_magnitude + magnitude : magnitude;
    if (m_options.gram) {
        if (m_gram.defined())
            m_gram.add_(gramOf(rows));
        else
            m_gram = gramOf(rows);
    }
    const std::int64_t step = m_options.sampleStep;
    const std::int64_t before = m_options.firstToken + m_tokens;
    const std::int64_t first = (step - before % step) % step; // tokens 0, step, 2 step .. of the whole
    if (first < rows.size(0))
        m_sampled.push_back(rows.slice(0, first, rows.size(0), step).clone());
    m_tokens += rows.size(0);
}

void InputStatistics::merge(const InputStatistics& next) {
    m_magnitude = m_magnitude.defined() ? m_magnitude + next.m_magnitude : next.m_magnitude;
    if (next.m_gram.defined())
        m_gram = m_gram.defined() ? m_gram.add_(next.m_gram) : next.m_gram;
    m_sampled.insert(m_sampled.end(), next.m_sampled.begin(), next.m_sampled.end());
    m_tokens += next.m_tokens;
}

bool InputStatistics::finite() const {
    return !m_magnitude.defined() || m_magnitude.isfinite().all().item<bool>();
}

at::Tensor InputStatistics::meanMagnitude() const {
    return (m_magnitude / double(m_tokens)).to(at::kFloat);
}

at::Tensor InputStatistics::sample() const {
    return at::cat(m_sampled);
}

} // namespace awq::core
