// SPDX-License-Identifier: GPL-3.0-or-later
// How a run cuts its sequences into batches, and computes them: several at once, each on one thread, or one after
// another on a GPU and when a batch is so big that all threads work on it.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "core/model/decoder/block_weights_torch.h"
#include "core/model/decoder_spec.h"
#include "core/plan/memory_plan.h"
#include "core/quant/search/workers_torch.h"
#include "core/run/hidden_batches_torch.h"
#include "core/tensor.h"

namespace awq::core {

class Batching {
public:
    // For sequences of `length` tokens; also sets how many threads tensor operations of the calling thread use. The
    // sizes of batches do not depend on the number of threads. `bytesBeside`: what each batch needs besides the
    // activations of a block. `memory`: what the plan allows.
    Batching(const ComputePlace& place, const DecoderSpec& spec, std::int64_t length, const Workers& workers,
             std::int64_t bytesBeside = 0, const MemoryPlan& memory = {});

    std::int64_t sequencesPerBatch() const { return m_sequences; }
    std::vector<std::int64_t> batchesOf(std::int64_t sequences) const; // how many sequences each one has
    std::size_t atOnce() const { return m_atOnce; }                    // batches computed at the same time

    const Workers& workers() const { return m_workers; }

    // work(0) .. work(count - 1). Rethrows what one of them throws.
    void forEach(std::size_t count, const std::function<void(std::size_t)>& work) const;

private:
    Workers m_workers;
    std::int64_t m_sequences = 1;
    std::size_t m_atOnce = 1;
};

} // namespace awq::core
