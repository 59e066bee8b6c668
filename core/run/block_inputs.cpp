// SPDX-License-Identifier: GPL-3.0-or-later
// Observers of a block's linears.
#include "core/run/block_inputs_torch.h"

namespace awq::core {
namespace {

class OneInput : public LinearObserver {
public:
    explicit OneInput(const std::string& linear) : m_linear(linear) {}

    void onLinear(const std::string& name, const at::Tensor& input) override {
        if (name == m_linear)
            m_input = input;
    }
    const at::Tensor& input() const { return m_input; }

private:
    const std::string& m_linear;
    at::Tensor m_input;
};

} // namespace

std::int64_t tokensOf(const HiddenBatches& hidden) {
    std::int64_t tokens = 0;
    for (const at::Tensor& batch : hidden)
        tokens += batch.size(0) * batch.size(1);
    return tokens;
}

void InputRecorder::onLinear(const std::string& name, const at::Tensor& input) {
    for (const auto& [owner, tensor] : m_batchInputs)
        if (tensor.is_same(input)) {
            m_owner.emplace(name, owner);
            return;
        }
    m_owner.emplace(name, name);
    m_batchInputs.emplace_back(name, input);
    statisticsOf(name, input.size(-1)).add(input);
}

InputStatistics& InputRecorder::statisticsOf(const std::string& name, std::int64_t channels) {
    if (const auto found = m_statistics.find(name); found != m_statistics.end())
        return found->second;
    const std::int64_t bytes = channels * channels * std::int64_t(sizeof(float));
    const bool gram = bytes <= m_gramBytes;
    if (gram)
        m_gramBytes -= bytes;
    return m_statistics.try_emplace(name, InputStatistics::Options{gram, m_sampleStep}).first->second;
}

void InputRecorder::endBatch() {
    m_batchInputs.clear();
}

const InputStatistics* InputRecorder::find(const std::string& linear) const {
    const auto owner = m_owner.find(linear);
    return owner == m_owner.end() ? nullptr : &m_statistics.at(owner->second);
}

at::Tensor inputOfLinear(const BlockSpec& block, const BlockWeights& weights, const at::Tensor& hidden,
                         const SequenceContext& context, const std::string& linear) {
    OneInput observer(linear);
    forwardBlock(block, weights, hidden, context, &observer);
    return observer.input();
}

} // namespace awq::core
