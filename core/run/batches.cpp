// SPDX-License-Identifier: GPL-3.0-or-later
// Sizes of batches from the widths of the model.
#include "core/run/batches_torch.h"

#include <algorithm>

namespace awq::core {
namespace {

constexpr std::int64_t tokensOnCpu = 1024; // activations of small models stay in the cache
constexpr std::int64_t tokensOnGpu = 8192; // enough to fill it
constexpr std::int64_t bytesAtOnce = 256LL << 20;

// What the forward pass of a block holds per token: a few tensors of the residual's width, three of the widest
// linear's.
std::int64_t valuesPerToken(const DecoderSpec& spec) {
    std::int64_t widest = spec.hidden;
    for (const BlockSpec& block : spec.blocks)
        for (const LinearSpec& linear : linearsOf(block))
            widest = std::max({widest, linear.in, linear.out});
    return 8 * spec.hidden + 3 * widest;
}

} // namespace

std::int64_t tokensOf(const HiddenBatches& hidden) {
    std::int64_t tokens = 0;
    for (const at::Tensor& batch : hidden)
        tokens += batch.size(0) * batch.size(1);
    return tokens;
}

Batching::Batching(const ComputePlace& place, const DecoderSpec& spec, std::int64_t length, const Workers& workers,
                   std::int64_t bytesBeside)
    : m_workers(workers) {
    const bool cpu = place.device.is_cpu();
    m_sequences = std::max<std::int64_t>(1, (cpu ? tokensOnCpu : tokensOnGpu) / length);
    const std::int64_t bytes =
        m_sequences * length * valuesPerToken(spec) * std::int64_t(c10::elementSize(place.dtype)) + bytesBeside;
    const int threads = workers.threads();
    if (cpu && threads * bytes <= bytesAtOnce)
        m_atOnce = std::size_t(threads);
    at::set_num_threads(m_atOnce > 1 ? 1 : threads);
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
