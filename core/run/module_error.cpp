// SPDX-License-Identifier: GPL-3.0-or-later
// Runs the module with the original and with replaced weights.
#include "core/run/module_error_torch.h"

#include <numeric>

namespace awq::core {
namespace {

// Inputs and outputs kept at a time unless the plan says so.
std::int64_t pieceBytes(const BlockView& view, const HiddenBatches& hidden) {
    if (view.plan.memory.pieceBytes > 0)
        return view.plan.memory.pieceBytes;
    return hidden[0].device().is_cpu() ? 96LL << 20 : 4LL << 30;
}

} // namespace

ModuleError::ModuleError(const BlockView& view, const ScaleSet& set, std::vector<std::string> linears,
                         const HiddenBatches& hidden, const Batching& batching)
    : m_view(view), m_set(set), m_linears(std::move(linears)), m_hidden(hidden), m_batching(batching) {
    const std::int64_t inputWidth = view.weightOf(set.consumers.front()).size(1);
    const std::int64_t perSequence =
        view.context.length() * (inputWidth + hidden.width()) * std::int64_t(c10::elementSize(hidden.type()));
    const std::int64_t most = pieceBytes(view, hidden);
    std::int64_t bytes = 0;
    for (std::size_t i = 0; i < hidden.size(); ++i) {
        const std::int64_t batchBytes = hidden.sequences(i) * perSequence;
        if (i == 0 || bytes + batchBytes > most) {
            m_firstBatch.push_back(i);
            bytes = 0;
        }
        bytes += batchBytes;
    }
}

at::Tensor ModuleError::inputOf(const at::Tensor& hidden) const {
    if (m_set.inspected.kind == InspectedKind::block)
        return hidden;
    return inputOfLinear(m_view.spec, m_view.weights, hidden, m_view.context, m_set.inputOf);
}

at::Tensor ModuleError::run(const BlockWeights& weights, const at::Tensor& input) const {
    m_view.reporter.checkCancelled();
    return runModule(m_view.spec, m_set.inspected, weights, input, m_view.context);
}

void ModuleError::select(int piece) {
    const std::size_t next = std::size_t(piece) + 1;
    const std::size_t first = m_firstBatch[next - 1];
    const std::size_t end = next < m_firstBatch.size() ? m_firstBatch[next] : m_hidden.size();
    m_samples.assign(end - first, {});
    m_batching.forEach(m_samples.size(), [&](std::size_t i) {
        Sample& sample = m_samples[i];
        sample.input = inputOf(m_hidden[first + i]);
        if (sample.input.defined())
            sample.output = run(m_view.weights, sample.input);
    });
    m_elements = 0;
    for (const Sample& sample : m_samples)
        m_elements += sample.output.defined() ? double(sample.output.numel()) : 0.0;
}

double ModuleError::squaredError(const std::vector<at::Tensor>& weights) {
    BlockWeights candidate = m_view.weights;
    for (std::size_t i = 0; i < weights.size(); ++i)
        candidate.tensors[m_linears[i] + ".weight"] = weights[i];
    std::vector<double> sums(m_samples.size(), 0.0);
    m_batching.forEach(m_samples.size(), [&](std::size_t i) {
        const Sample& sample = m_samples[i];
        if (!sample.output.defined())
            return;
        const at::Tensor difference = run(candidate, sample.input).sub_(sample.output).to(at::kFloat).flatten();
        sums[i] = at::dot(difference, difference).item<double>();
    });
    return std::accumulate(sums.begin(), sums.end(), 0.0);
}

} // namespace awq::core
