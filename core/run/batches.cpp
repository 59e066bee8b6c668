// SPDX-License-Identifier: GPL-3.0-or-later
// Sizes of batches from the widths of the model.
#include "core/run/batches_torch.h"

#include <algorithm>

namespace awq::core {
namespace {

std::int64_t valuesPerToken(const DecoderSpec& spec) {
    std::int64_t widest = spec.hidden;
    for (const BlockSpec& block : spec.blocks)
        for (const LinearSpec& linear : linearsOf(block))
            widest = std::max({widest, linear.in, linear.out});
    return activationValues(spec.hidden, widest);
}

} // namespace

Batching::Batching(const ComputePlace& place, const DecoderSpec& spec, std::int64_t length, const Workers& workers,
                   std::int64_t bytesBeside, const MemoryPlan& memory)
    : m_workers(workers) {
    const bool cpu = place.device.is_cpu();
    const std::int64_t tokens = memory.tokensPerBatch > 0 ? memory.tokensPerBatch : comfortableTokens(cpu);
    m_sequences = std::max<std::int64_t>(1, tokens / length);
    const std::int64_t bytes =
        m_sequences * length * valuesPerToken(spec) * std::int64_t(c10::elementSize(place.dtype)) + bytesBeside;
    const int threads = workers.threads();
    if (cpu && memory.batchesAtOnce && threads * bytes <= bytesAtOnce)
        m_atOnce = std::size_t(threads);
    at::set_num_threads(m_atOnce > 1 ? 1 : threads);
}

std::vector<std::int64_t> Batching::batchesOf(std::int64_t sequences) const {
    std::vector<std::int64_t> batches;
    for (; sequences > 0; sequences -= batches.back())
        batches.push_back(std::min(m_sequences, sequences));
    return batches;
}

void Batching::forEach(std::size_t count, const std::function<void(std::size_t)>& work) const {
    if (m_atOnce > 1) {
        m_workers.forEach(std::int64_t(count), [&](std::int64_t i) { work(std::size_t(i)); });
        return;
    }
    for (std::size_t i = 0; i < count; ++i)
        work(i);
}

} // namespace awq::core
