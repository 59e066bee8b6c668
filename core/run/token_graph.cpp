// SPDX-License-Identifier: GPL-3.0-or-later
// Records and replays decode steps.
#include "core/tensor.h"

#include "core/run/token_graph_torch.h"

#include <algorithm>
#include <bit>

#include "core/error.h"
#include "core/model/decoder/kernel_call_torch.h"
#include "core/run/stream_scope_torch.h"

namespace awq::core {

const at::Tensor& TokenGraph::advance(const at::Tensor& hidden, std::int64_t position,
                                      std::vector<KeyValueCache>& caches) {
    if (m_step->sequences() != hidden.size(0)) {
        m_graphs.clear();
        m_step->prepare(hidden.size(0));
    }
    m_step->setInput(hidden, position); // recording runs the step once, at its place in the caches
    bool recorded = false;
    const kernels::StreamGraph& graph = graphFor(position + 1, caches, recorded);
    if (recorded)
        m_step->setInput(hidden, position);
    if (!graph.launch(kernelStream(m_place.device)))
        throw Error(ErrorCode::internal, "the GPU refused to replay a decode step");
    for (KeyValueCache& cache : caches)
        cache.countToken();
    return m_step->logits();
}

const kernels::StreamGraph& TokenGraph::graphFor(std::int64_t keys, const std::vector<KeyValueCache>& caches,
                                                 bool& recorded) {
    constexpr std::int64_t shortest = 512;
    const void* cache = caches.front().allKeys().const_data_ptr();
    if (cache != m_recordedCache)
        m_graphs.clear();
    m_recordedCache = cache;
    const auto rounded = std::int64_t(std::bit_ceil(std::uint64_t(keys)));
    const std::int64_t mostKeys = std::min(m_capacity, std::max(shortest, rounded));
    auto& graph = m_graphs[mostKeys];
    recorded = !graph;
    if (recorded)
        graph = record(mostKeys, caches);
    return *graph;
}

std::unique_ptr<kernels::StreamGraph> TokenGraph::record(std::int64_t keys,
                                                         const std::vector<KeyValueCache>& caches) const {
    const StreamScope scope(m_place.device); // the default stream cannot be recorded
    m_step->launch(caches, keys);            // lets the tensor library make what it makes at first use
    scope.synchronize();
    const kernels::Stream stream = kernelStream(m_place.device);
    auto graph = std::make_unique<kernels::StreamGraph>();
    if (!graph->begin(stream))
        throw Error(ErrorCode::internal, "the GPU refused to record a decode step");
    try {
        m_step->launch(caches, keys);
    } catch (...) {
        graph->end(stream); // the stream must not stay in recording
        throw;
    }
    if (!graph->end(stream))
        throw Error(ErrorCode::internal, "the GPU refused the recording of a decode step");
    return graph;
}

} // namespace awq::core
