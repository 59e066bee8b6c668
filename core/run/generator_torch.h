// SPDX-License-Identifier: GPL-3.0-or-later
// A whole model in memory that continues sequences token by token, with a key-value cache per block.
#pragma once

#include <memory>
#include <vector>

#include "core/model/decoder/decoder_block_torch.h"
#include "core/model/decoder/sequence_context_torch.h"
#include "core/model/model_folder.h"
#include "core/run/run_reporter.h"

namespace awq::core {

class TokenGraph;

// Of a quantized folder.
enum class LinearForm {
    asStored, // packed in memory, where PackedLinear can hold them
    asFloats, // what the codes stand for
};

class Generator {
public:
    // Loads every block. `capacity`: tokens of prompt and continuation together.
    Generator(const ModelFolder& model, const ComputePlace& place, std::int64_t capacity, RunReporter& reporter,
              LinearForm linears = LinearForm::asStored);
    ~Generator();
    Generator(const Generator&) = delete; // parts refer to each other
    Generator& operator=(const Generator&) = delete;

    void restart(); // forget all sequences
    std::int64_t length() const { return m_length; }
    std::int64_t capacity() const { return m_capacity; }
    std::int64_t weightBytes() const { return m_weightBytes; } // read for every token: blocks and head

    bool recordsTokens() const { return m_graph != nullptr; } // single tokens are replayed recordings (TokenGraph)

    // ids [B, T] int64: the next tokens of B sequences; the whole prompt at first, then one token each. Returns the
    // logits after the last one, float32 [B, V].
    at::Tensor advance(const at::Tensor& ids);

private:
    at::Tensor forward(const at::Tensor& hidden);

    ModelFolder m_model;
    ComputePlace m_place;
    std::int64_t m_capacity, m_length = 0;
    SequenceContext m_context; // of the full capacity
    BlockWeights m_embedding, m_head;
    std::int64_t m_weightBytes = 0;
    std::vector<BlockWeights> m_blocks;
    std::vector<KeyValueCache> m_caches;
    std::unique_ptr<TokenGraph> m_graph; // single tokens, where it covers the model
};

} // namespace awq::core
