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

std::int64_t largestGram(const at::Device& device) {
    return largestGramBytes(device.is_cpu());
}

void InputRecorder::onLinear(const std::string& name, const at::Tensor& input) {
    for (const auto& [owner, tensor] : m_inputs)
        if (tensor.is_same(input)) {
            m_owner.emplace(name, owner);
            return;
        }
    m_owner.emplace(name, name);
    m_inputs.emplace_back(name, input);
    const std::int64_t channels = input.size(-1);
    const bool gram =
        input.dim() > 2 && channels * channels * std::int64_t(sizeof(float)) <= largestGram(input.device());
    m_statistics.try_emplace(name, InputStatistics::Options{gram, m_sampleStep, m_firstToken}).first->second.add(input);
}

void InputRecorder::merge(const InputRecorder& next) {
    m_owner.insert(next.m_owner.begin(), next.m_owner.end());
    for (const auto& [owner, statistics] : next.m_statistics)
        if (const auto [mine, inserted] = m_statistics.emplace(owner, statistics); !inserted)
            mine->second.merge(statistics);
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
