// SPDX-License-Identifier: GPL-3.0-or-later
// Prefill and decode over resident weights.
#include "core/tensor.h"

#include "core/run/generator_torch.h"

#include "core/model/decoder/embedding_torch.h"

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
    restart();
}

void Generator::restart() {
    m_length = 0;
    m_caches.assign(m_blocks.size(), KeyValueCache(m_capacity));
}

at::Tensor Generator::advance(const at::Tensor& ids) {
    const std::int64_t added = ids.size(1);
    const SequenceContext context = m_context.tail(m_length, added);
    at::Tensor hidden = embed(m_model.spec(), m_embedding, ids.to(m_place.device), m_length);
    for (std::size_t block = 0; block < m_blocks.size(); ++block)
        hidden =
            forwardBlock(m_model.spec().blocks[block], m_blocks[block], hidden, context, nullptr, &m_caches[block]);
    m_length += added;
    const at::Tensor last = finalHidden(m_model.spec(), m_head, hidden.select(1, added - 1));
    return logitsOf(m_model.spec(), m_head, last).to(at::kFloat);
}

} // namespace awq::core
