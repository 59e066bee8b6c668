// SPDX-License-Identifier: GPL-3.0-or-later
// One new token of every sequence through all blocks and the head, by kernels that allocate nothing and wait for
// nothing: such a step can be recorded once and replayed. Buffers are its own; B sequences, D hidden, V vocabulary.
#pragma once

#include <memory>
#include <vector>

#include "core/model/decoder/block_weights_torch.h"
#include "core/model/decoder/key_value_cache_torch.h"
#include "core/model/decoder/sequence_context_torch.h"
#include "core/model/decoder_spec.h"
#include "core/tensor.h"

namespace awq::kernels {
struct RopeArgs;
}

namespace awq::core {

// Linears that read the same input, and their outputs side by side.
class StepProducts {
public:
    StepProducts() = default;
    // Packed weights are joined where they can be; `weights` then hold parts of the joined one.
    StepProducts(const std::vector<LinearSpec>& linears, BlockWeights& weights);

    std::int64_t rows() const { return m_rows; }
    // input [B, in], output [B, rows()]
    void apply(const at::Tensor& input, const at::Tensor& output) const;

private:
    struct Product {
        std::shared_ptr<const PackedLinear> packed; // or:
        at::Tensor weight;                          // [out, in]
        at::Tensor bias;                            // [out], or undefined
        std::int64_t first = 0, rows = 0;           // columns of the output
    };
    bool addJoined(const std::vector<LinearSpec>& linears, BlockWeights& weights);
    void add(const LinearSpec& linear, const BlockWeights& weights);

    std::vector<Product> m_products;
    std::int64_t m_rows = 0;
};

class TokenStep {
public:
    // Whether kernels compute all that these blocks and the head consist of, on this device in this dtype.
    static bool covers(const DecoderSpec& spec, const std::vector<BlockWeights>& blocks, const ComputePlace& place);

    // `context`: of `capacity` tokens. The weights must stay.
    TokenStep(const DecoderSpec& spec, std::vector<BlockWeights>& blocks, BlockWeights& head,
              const SequenceContext& context, const ComputePlace& place, std::int64_t capacity);

    // Makes buffers for so many sequences.
    void prepare(std::int64_t sequences);
    std::int64_t sequences() const { return m_hidden.defined() ? m_hidden.size(0) : 0; }

    // Set before a step: embedded tokens [B, D], and their position.
    void setInput(const at::Tensor& hidden, std::int64_t position);

    // Launches the step on torch's current stream. Reads and writes the caches' memory, which has room for the token;
    // counts nothing. keys: no sequence is longer, the new token included.
    void launch(const std::vector<KeyValueCache>& caches, std::int64_t keys) const;

    const at::Tensor& logits() const { return m_logits; } // [B, V]

private:
    struct Block {
        StepProducts qkv, out, mlpIn, down;
    };
    struct HeadPlace; // where a kind of head lies in the rows of qkv

    void runBlock(const BlockSpec& block, const BlockWeights& weights, const Block& step, const KeyValueCache& cache,
                  std::int64_t keys, bool first) const;
    void attend(const AttentionSpec& spec, const BlockWeights& weights, const Block& step, const at::Tensor& input,
                const KeyValueCache& cache, std::int64_t keys) const;
    kernels::RopeArgs headsTo(const at::Tensor& cache, const AttentionSpec& spec, const HeadPlace& place,
                              bool turn) const;
    void normHeads(const NormSpec& norm, const BlockWeights& weights, const HeadPlace& place) const;
    void mixKeys(const AttentionSpec& spec, const KeyValueCache& cache, std::int64_t keys) const;
    void runMlp(const MlpSpec& spec, const Block& step, const at::Tensor& input) const;
    // output = norm(input + residual); the sum goes to `sum` where defined.
    void norm(const NormSpec& spec, const BlockWeights& weights, const at::Tensor& input, const at::Tensor& residual,
              const at::Tensor& sum, const at::Tensor& output) const;

    const DecoderSpec& m_spec;
    const std::vector<BlockWeights>& m_blocks;
    const BlockWeights& m_head;
    ComputePlace m_place;
    std::int64_t m_capacity;
    std::vector<Block> m_steps;
    StepProducts m_logitsOf;
    at::Tensor m_cosines, m_sines;                       // [capacity, rotaryDim / 2] float32
    at::Tensor m_slopes;                                 // [heads] float32, or undefined
    at::Tensor m_hidden, m_normed, m_mlpNormed, m_added; // [B, D]; m_added: what the last module adds to m_hidden
    at::Tensor m_qkv, m_query, m_mixed;                  // [B, rows of qkv], [B, heads d]
    at::Tensor m_mlpIn, m_mlpOut;                        // [B, rows of gate and up], [B, inner]
    at::Tensor m_logits;
    at::Tensor m_positions, m_lengths, m_slots; // int32, int32, int64 [B]
    at::Tensor m_workspace;                     // of attention
};

} // namespace awq::core
