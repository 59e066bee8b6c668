// SPDX-License-Identifier: GPL-3.0-or-later
// Streams a model block by block.
#include "core/tensor.h"

#include "core/model/decoder/model_walk_torch.h"

#include <algorithm>

#include "core/model/decoder/decoder_block_torch.h"
#include "core/model/decoder/embedding_torch.h"
#include "core/model/decoder/layers_torch.h"

namespace awq::core {
namespace {

constexpr std::int64_t tokensPerStep = 4096; // bounds the memory of a block's inner activations

void runBlock(const BlockSpec& block, const BlockWeights& weights, at::Tensor& hidden, const SequenceContext& context) {
    const std::int64_t step = std::max<std::int64_t>(1, tokensPerStep / hidden.size(1));
    for (std::int64_t first = 0; first < hidden.size(0); first += step) {
        at::Tensor part = hidden.narrow(0, first, std::min(step, hidden.size(0) - first));
        part.copy_(forwardBlock(block, weights, part, context));
    }
}

} // namespace

at::Tensor forwardBlocks(const ModelFolder& folder, const at::Tensor& ids, const ComputePlace& place,
                         const std::function<void(int block)>& beforeBlock) {
    const c10::InferenceMode inference;
    const DecoderSpec& spec = folder.spec();
    const SequenceContext context(spec, ids.size(1), place);
    at::Tensor hidden = embed(spec, loadEmbedding(folder, place), ids.to(place.device));
    for (int block = 0; block < folder.blockCount(); ++block) {
        if (beforeBlock)
            beforeBlock(block);
        if (block + 1 < folder.blockCount())
            folder.tensors().prefetch(folder.blockTensors(block + 1));
        runBlock(spec.blocks[block], loadBlock(folder, block, place), hidden, context);
        folder.tensors().release(folder.blockTensors(block));
    }
    return hidden;
}

void forEachLogits(const ModelFolder& folder, const at::Tensor& hidden, const ComputePlace& place,
                   const std::function<void(std::int64_t sequence, const at::Tensor& logits)>& use) {
    const c10::InferenceMode inference;
    const BlockWeights head = loadHead(folder, place);
    for (std::int64_t i = 0; i < hidden.size(0); ++i) {
        const at::Tensor final = finalHidden(folder.spec(), head, hidden.narrow(0, i, 1));
        const at::Tensor logits = logitsOf(folder.spec(), head, final);
        use(i, logits.squeeze(0).to(statisticsType(logits)));
    }
}

} // namespace awq::core
