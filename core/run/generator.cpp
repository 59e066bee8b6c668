// SPDX-License-Identifier: GPL-3.0-or-later
// Prefill and decode over resident weights.
#include "core/tensor.h"

#include "core/run/generator_torch.h"

#include "core/model/decoder/embedding_torch.h"
#include "core/run/token_graph_torch.h"

namespace awq::core {
Generator::Generator(const ModelFolder& model, const ComputePlace& place, std::int64_t capacity, RunReporter& reporter,
                     LinearForm linears)
    : m_model(model), m_place(place), m_capacity(capacity), m_context(model.spec(), capacity, place),
      m_embedding(loadEmbedding(model, place)), m_head(loadHead(model, place)), m_weightBytes(m_head.bytes()) {
    const LinearStorage storage =
        linears == LinearForm::asStored ? LinearStorage::asStored(place) : LinearStorage::asFloats();
    for (int block = 0; block < model.blockCount(); ++block) {
        reporter.checkCancelled();
        reporter.phase(Phase::reading, block);
        m_blocks.push_back(loadBlock(model, block, place, storage));
        m_weightBytes += m_blocks.back().bytes();
        m_model.tensors().release(m_model.blockTensors(block));
        reporter.progress(double(block + 1) / model.blockCount());
    }
    m_caches.assign(m_blocks.size(), KeyValueCache(m_capacity));
    if (TokenStep::covers(m_model.spec(), m_blocks, m_place))
        m_graph = std::make_unique<TokenGraph>(
            std::make_unique<TokenStep>(m_model.spec(), m_blocks, m_head, m_context, m_place, m_capacity), m_place,
            m_capacity);
}

Generator::~Generator() = default;

void Generator::restart() {
    m_length = 0;
    for (KeyValueCache& cache : m_caches)
        cache.clear();
}

at::Tensor Generator::advance(const at::Tensor& ids) {
    const std::int64_t added = ids.size(1);
    const at::Tensor hidden = embed(m_model.spec(), m_embedding, ids, m_length);
    const bool recorded = m_graph && added == 1 && m_length > 0;
    const at::Tensor logits = recorded ? m_graph->advance(hidden.select(1, 0), m_length, m_caches) : forward(hidden);
    m_length += added;
    return logits.to(at::kFloat, false, true);
}

// [B, T, D] -> logits [B, V] after the last token.
at::Tensor Generator::forward(const at::Tensor& embedded) {
    const SequenceContext context = m_context.tail(m_length, embedded.size(1));
    at::Tensor hidden = embedded;
    for (std::size_t block = 0; block < m_blocks.size(); ++block)
        hidden =
            forwardBlock(m_model.spec().blocks[block], m_blocks[block], hidden, context, nullptr, &m_caches[block]);
    const at::Tensor last = finalHidden(m_model.spec(), m_head, hidden.select(1, hidden.size(1) - 1));
    return logitsOf(m_model.spec(), m_head, last);
}

} // namespace awq::core
