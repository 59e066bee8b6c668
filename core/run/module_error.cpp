// SPDX-License-Identifier: GPL-3.0-or-later
// Runs the module with the original and with replaced weights.
#include "core/run/module_error_torch.h"

namespace awq::core {
namespace {

// Inputs and outputs kept at a time.
std::int64_t pieceBytes(const at::Device& device) {
    return device.is_cpu() ? 96LL << 20 : 4LL << 30;
}

} // namespace

ModuleError::ModuleError(const BlockView& view, const ScaleSet& set, std::vector<std::string> linears,
                         const HiddenBatches& hidden)
    : m_view(view), m_set(set), m_linears(std::move(linears)), m_hidden(hidden) {
    const std::int64_t inputWidth = view.weightOf(set.consumers.front()).size(1);
    std::int64_t bytes = 0;
    for (std::size_t i = 0; i < hidden.size(); ++i) {
        const at::Tensor& batch = hidden[i];
        const std::int64_t tokens = batch.size(0) * batch.size(1);
        const std::int64_t batchBytes = tokens * (inputWidth + batch.size(2)) * std::int64_t(batch.element_size());
        if (i == 0 || bytes + batchBytes > pieceBytes(batch.device())) {
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
    m_samples.clear();
    m_elements = 0;
    const std::size_t next = std::size_t(piece) + 1;
    const std::size_t end = next < m_firstBatch.size() ? m_firstBatch[next] : m_hidden.size();
    for (std::size_t i = m_firstBatch[next - 1]; i < end; ++i) {
        const at::Tensor input = inputOf(m_hidden[i]);
        if (!input.defined())
            continue; // no token of this batch reached the expert
        m_samples.push_back({input, run(m_view.weights, input)});
        m_elements += double(m_samples.back().output.numel());
    }
}

double ModuleError::squaredError(const std::vector<at::Tensor>& weights) {
    BlockWeights candidate = m_view.weights;
    for (std::size_t i = 0; i < weights.size(); ++i)
        candidate.tensors[m_linears[i] + ".weight"] = weights[i];
    double sum = 0;
    for (const Sample& sample : m_samples) {
        const at::Tensor difference = run(candidate, sample.input).sub_(sample.output).to(at::kFloat).flatten();
        sum += at::dot(difference, difference).item<double>();
    }
    return sum;
}

} // namespace awq::core
