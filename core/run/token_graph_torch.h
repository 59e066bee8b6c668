// SPDX-License-Identifier: GPL-3.0-or-later
// Decode steps recorded as graphs: hundreds of small launches replayed as one. A recording serves lengths up to a power
// of two; it is made again when caches or the number of sequences change.
#pragma once

#include <map>
#include <memory>

#include "core/model/decoder/token_step_torch.h"
#include "kernels/stream_graph.h"

namespace awq::core {

class TokenGraph {
public:
    TokenGraph(std::unique_ptr<TokenStep> step, const ComputePlace& place, std::int64_t capacity)
        : m_step(std::move(step)), m_place(place), m_capacity(capacity) {}

    // hidden [B, D]: the embedded next token of each sequence, at `position`. Adds it to the caches; returns the logits
    // [B, V], valid until the next call.
    const at::Tensor& advance(const at::Tensor& hidden, std::int64_t position, std::vector<KeyValueCache>& caches);

private:
    const kernels::StreamGraph& graphFor(std::int64_t keys, const std::vector<KeyValueCache>& caches, bool& recorded);
    std::unique_ptr<kernels::StreamGraph> record(std::int64_t keys, const std::vector<KeyValueCache>& caches) const;

    std::unique_ptr<TokenStep> m_step;
    ComputePlace m_place;
    std::int64_t m_capacity;
    const void* m_recordedCache = nullptr;                                  // keys of the first block
    std::map<std::int64_t, std::unique_ptr<kernels::StreamGraph>> m_graphs; // by keys
};

} // namespace awq::core
