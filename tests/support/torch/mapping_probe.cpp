// SPDX-License-Identifier: GPL-3.0-or-later
// Folds scales through whole models and through deliberately wrong mappings.
#include "core/tensor.h"

#include "tests/support/torch/mapping_probe.h"

#include "core/model/decoder/decoder_block_torch.h"
#include "core/model/decoder/embedding_torch.h"
#include "core/model/decoder/mapping_check_torch.h"
#include "core/quant/search/fold_scales_torch.h"

namespace awq::test {

using namespace core;

namespace {

constexpr std::int64_t length = 12;
const ComputePlace place{at::kCPU, at::kDouble};

BlockWeights folded(BlockWeights weights, const BlockSpec& block) {
    std::uint64_t seed = 1;
    for (const ScaleSet& set : block.scaleSets)
        if (set.use == ScaleSetUse::standard)
            foldScale(weights, set, randomChannelScale(weights, set, seed++));
    return weights;
}

at::Tensor logits(const ModelFolder& folder, bool fold) {
    const DecoderSpec& spec = folder.spec();
    const SequenceContext context(spec, length, place);
    const at::Tensor ids = at::arange(length, at::kLong).mul(7).add(3).remainder(spec.embedding.vocabulary);
    at::Tensor hidden = embed(spec, loadEmbedding(folder, place), ids.unsqueeze(0));
    for (int i = 0; i < folder.blockCount(); ++i) {
        const BlockWeights weights = loadBlock(folder, i, place);
        hidden = forwardBlock(spec.blocks[i], fold ? folded(weights, spec.blocks[i]) : weights, hidden, context);
    }
    const BlockWeights head = loadHead(folder, place);
    return logitsOf(spec, head, finalHidden(spec, head, hidden));
}

} // namespace

double foldedLogitDifference(const std::filesystem::path& model) {
    const ModelFolder folder = ModelFolder::open(model);
    return (logits(folder, true) - logits(folder, false)).abs().max().item<double>();
}

MappingCheck checkWrongMapping(const std::filesystem::path& model, const std::string& producer) {
    const ModelFolder folder = ModelFolder::open(model);
    DecoderSpec spec = folder.spec();
    for (ScaleSet& set : spec.blocks[0].scaleSets) {
        if (set.producer != producer)
            continue;
        if (set.use == ScaleSetUse::standard) {
            set.followers.clear();
            set.consumers.pop_back();
        }
        set.use = ScaleSetUse::standard;
    }
    return verifyMapping(spec, 0, loadBlock(folder, 0, place));
}

} // namespace awq::test
