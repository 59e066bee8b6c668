// SPDX-License-Identifier: GPL-3.0-or-later
// Runs the first block, folds the scales and searches the clips of its linears.
#include "core/tensor.h"

#include "tests/support/torch/clip_probe.h"

#include <algorithm>

#include "core/model/decoder/decoder_block_torch.h"
#include "core/model/decoder/embedding_torch.h"
#include "core/quant/search/clip_search_torch.h"
#include "core/quant/search/fold_scales_torch.h"
#include "core/run/block_inputs_torch.h"

namespace awq::test {

using namespace core;

namespace {

constexpr std::int64_t clipTokens = 512;

using Scales = std::map<std::string, at::Tensor>; // by consumer

Scales foldAll(const BlockSpec& block, const std::vector<GivenScale>& given, BlockWeights& weights) {
    Scales scales;
    for (const ScaleSet& set : block.scaleSets) {
        const auto found = std::ranges::find(given, set.consumers, &GivenScale::consumers);
        if (found == given.end())
            continue;
        const at::Tensor scale = at::tensor(found->channelScale);
        foldScale(weights, set, scale);
        for (const std::string& consumer : set.consumers)
            scales[consumer] = scale;
    }
    return scales;
}

} // namespace

std::map<std::string, std::vector<float>> clipsOfFirstBlock(const std::filesystem::path& model,
                                                            const TokenIds& calibration,
                                                            const std::vector<GivenScale>& given,
                                                            const ClipSearch& search) {
    const c10::InferenceMode inference;
    const ModelFolder folder = ModelFolder::open(model);
    const ComputePlace place{at::kCPU, at::kFloat};
    const SequenceContext context(folder.spec(), calibration.length, place);
    const BlockSpec& block = folder.spec().blocks.front();
    BlockWeights weights = loadBlock(folder, 0, place);
    InputRecorder inputs(sampleStepFor(std::int64_t(calibration.ids.size()), clipTokens));
    const at::Tensor ids = at::tensor(calibration.ids, at::kLong).view({calibration.sequences, calibration.length});
    forwardBlock(block, weights, embed(folder.spec(), loadEmbedding(folder, place), ids), context, &inputs);
    const Scales scales = foldAll(block, given, weights);
    const ClipMeasure measure = search.products ? ClipMeasure::products : ClipMeasure::quickest;
    std::map<std::string, std::vector<float>> clips;
    for (const LinearSpec& linear : linearsOf(block)) {
        at::Tensor sample = inputs.find(linear.name)->sample();
        if (const auto scale = scales.find(linear.name); scale != scales.end())
            sample = sample / scale->second;
        const at::Tensor limit = searchClip(weights.at(linear.name + ".weight"), sample,
                                            {search.bits, search.groupSize}, awqClipFractions(), Workers(), {}, measure)
                                     .limit.contiguous();
        clips[linear.name].assign(limit.const_data_ptr<float>(), limit.const_data_ptr<float>() + limit.numel());
    }
    return clips;
}

} // namespace awq::test
