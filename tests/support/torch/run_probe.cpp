// SPDX-License-Identifier: GPL-3.0-or-later
// Repeats a run on float weights from its results.
#include "core/tensor.h"

#include "tests/support/torch/run_probe.h"

#include "core/quant/search/fold_scales_torch.h"
#include "core/quant/search/group_quantizer_torch.h"
#include "core/store/run_store.h"
#include "tests/support/torch/decoder_probe_torch.h"

namespace awq::test {

using namespace core;

namespace {

at::Tensor floats(const std::vector<float>& values) {
    return at::tensor(values);
}

void foldScales(const BlockSpec& spec, const BlockResult& result, BlockWeights& weights) {
    for (std::size_t i = 0; i < result.scaleSets.size(); ++i)
        if (result.scaleSets[i].fate == "scaled")
            foldScale(weights, spec.scaleSets.at(i), floats(result.scaleSets[i].channelScale));
}

void round(const LinearResult& linear, at::ScalarType scaleType, bool zeroPoint, BlockWeights& weights) {
    at::Tensor& weight = weights.tensors.at(linear.name + ".weight");
    if (!linear.clipValue.empty())
        weight = clampGroups(weight, floats(linear.clipValue).view({linear.rows, linear.groups}));
    weight = dequantize(quantizeGroups(weight, {linear.bits, linear.groupSize, zeroPoint, scaleType}));
}

} // namespace

double simulatedPerplexity(const std::filesystem::path& model, const std::filesystem::path& runFolder, DType scaleType,
                           const TokenIds& ids) {
    const RunStore store = RunStore::open(runFolder);
    const DecoderSpec spec = ModelFolder::open(model).spec();
    return computePerplexity(model, ids, [&](int block, BlockWeights& weights) {
        const BlockResult result = store.loadBlock(block);
        foldScales(spec.blocks.at(std::size_t(block)), result, weights);
        for (const LinearResult& linear : result.linears)
            if (linear.fate == "quantized")
                round(linear, torchType(scaleType), store.info().recipe.zeroPoint, weights);
    });
}

TokenIds firstWindows(const TokenIds& ids, std::int64_t windows, std::int64_t length) {
    TokenIds first{windows, length, {}};
    for (std::int64_t window = 0; window < windows; ++window)
        for (std::int64_t token = 0; token < length; ++token)
            first.ids.push_back(ids.ids.at(std::size_t(window * ids.length + token)));
    return first;
}

} // namespace awq::test
