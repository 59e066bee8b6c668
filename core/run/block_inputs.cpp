// SPDX-License-Identifier: GPL-3.0-or-later
// Accumulates input statistics; linears that share an input share its statistics.
#include "core/run/block_inputs_torch.h"

#include <algorithm>

#include "core/quant/search/scale_search_torch.h"

namespace awq::core {

void InputRecorder::onLinear(const std::string& name, const at::Tensor& input) {
    std::string owner = name;
    for (const auto& [other, tensor] : m_batchInputs)
        if (tensor.is_same(input))
            owner = m_owner.at(other);
    m_batchInputs[name] = input;
    m_owner[name] = owner;
    InputStatistics& statistics = m_statistics[owner];
    const at::Tensor rows = input.reshape({-1, input.size(-1)});
    const bool needsGram = m_gramOf.count(name) > 0;
    if (owner == name)
        record(statistics, rows, input.dim() == 2, needsGram);
}

void InputRecorder::record(InputStatistics& statistics, const at::Tensor& rows, bool routed, bool gram) {
    const at::Tensor sum = rows.abs().sum(0, false, at::kFloat);
    statistics.magnitudeSum = statistics.magnitudeSum.defined() ? statistics.magnitudeSum + sum : sum;
    // An expert's share of the tokens is not known before the end: it keeps the first ones.
    const std::int64_t step = routed ? 1 : std::max<std::int64_t>(1, m_total / m_sampleTokens);
    const std::int64_t first = (step - statistics.tokens % step) % step;
    const bool full = routed && statistics.sample.defined() && statistics.sample.size(0) >= m_sampleTokens;
    if (first < rows.size(0) && !full) {
        const at::Tensor picked = rows.slice(0, first, rows.size(0), step).clone();
        statistics.sample = statistics.sample.defined() ? at::cat({statistics.sample, picked}) : picked;
    }
    if (gram) {
        const at::Tensor wide = rows.to(at::kFloat);
        if (statistics.gram.defined())
            statistics.gram.addmm_(wide.t(), wide);
        else
            statistics.gram = at::mm(wide.t(), wide);
    }
    statistics.tokens += rows.size(0);
}

void InputRecorder::endBatch() { m_batchInputs.clear(); }

const InputStatistics* InputRecorder::find(const std::string& linear) const {
    const auto owner = m_owner.find(linear);
    return owner == m_owner.end() ? nullptr : &m_statistics.at(owner->second);
}

} // namespace awq::core
