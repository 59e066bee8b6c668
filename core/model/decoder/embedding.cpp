// SPDX-License-Identifier: GPL-3.0-or-later
// Token ids to hidden states, hidden states to logits.
#include "core/tensor.h"

#include "core/model/decoder/embedding_torch.h"

#include "core/error.h"
#include "core/model/decoder/layers_torch.h"

namespace awq::core {
namespace {

void requireIds(const at::Tensor& ids, std::int64_t vocabulary) {
    const at::Tensor outside = ids.lt(0).logical_or(ids.ge(vocabulary));
    if (!outside.any().item<bool>())
        return;
    const auto id = ids.masked_select(outside)[0].item<std::int64_t>();
    badInput("token id " + std::to_string(id) + " is outside the vocabulary of " + std::to_string(vocabulary),
             "token ids", "the ids are of another tokenizer");
}

} // namespace

at::Tensor embed(const DecoderSpec& spec, const BlockWeights& embedding, const at::Tensor& ids,
                 std::int64_t firstPosition) {
    const EmbeddingSpec& ends = spec.embedding;
    if (ids.is_cpu())
        requireIds(ids, ends.vocabulary);
    const at::Tensor& table = embedding.at(ends.weight);
    at::Tensor hidden = at::embedding(table, ids.to(table.device()));
    if (ends.projectIn)
        hidden = applyLinear(ends.projectIn, embedding, hidden);
    if (!ends.positions.empty())
        hidden = hidden + embedding.at(ends.positions).narrow(0, ends.positionOffset + firstPosition, ids.size(1));
    return ends.norm ? applyNorm(ends.norm, embedding, hidden) : hidden;
}

at::Tensor finalHidden(const DecoderSpec& spec, const BlockWeights& head, const at::Tensor& hidden) {
    const at::Tensor normed = spec.head.norm ? applyNorm(spec.head.norm, head, hidden) : hidden;
    return spec.head.projectOut ? applyLinear(spec.head.projectOut, head, normed) : normed;
}

at::Tensor logitsOf(const DecoderSpec& spec, const BlockWeights& head, const at::Tensor& final) {
    return applyLinear(spec.head.linear, head, final);
}

} // namespace awq::core
