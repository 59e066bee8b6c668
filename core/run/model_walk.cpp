// SPDX-License-Identifier: GPL-3.0-or-later
// Streams a model over evaluation windows.
#include "core/tensor.h"

#include "core/run/model_walk_torch.h"

#include <algorithm>

#include "core/device.h"
#include "core/model/decoder/decoder_block_torch.h"
#include "core/model/decoder/embedding_torch.h"
#include "core/model/decoder/sequence_context_torch.h"
#include "core/quant/search/group_quantizer_torch.h"
#include "core/run/compute_place_torch.h"

namespace awq::core {
namespace {

// Linears whose input does not divide into groups stay float.
void roundToNearest(const RoundToNearest& rtn, const BlockSpec& spec, BlockWeights& weights) {
    for (const LinearSpec& linear : linearsOf(spec)) {
        const std::int64_t groupSize = rtn.groupSize < 0 ? linear.in : rtn.groupSize;
        at::Tensor& weight = weights.tensors.at(linear.name + ".weight");
        if (linear.in % groupSize == 0)
            weight = quantizeDequantize(weight, {rtn.bits, groupSize, rtn.zeroPoint});
    }
}

} // namespace

std::string EvaluatedModel::label() const {
    if (rtn.bits > 0)
        return "RTN w" + std::to_string(rtn.bits) + (rtn.groupSize < 0 ? std::string("row") : "g" + std::to_string(rtn.groupSize));
    return folder.quantized() ? folder.quantized()->label() : "float";
}

std::int64_t windowsAtOnce(const ModelFolder& model, std::int64_t length, const ComputePlace& place) {
    const std::int64_t perWindow = length * model.spec().hidden * std::int64_t(c10::elementSize(place.dtype));
    return std::max(sequencesPerBatch(place, length), freeBytes(deviceName(place)) / 4 / std::max<std::int64_t>(1, perWindow));
}

std::int64_t tokensPerSlice(std::int64_t vocabulary) { return std::max<std::int64_t>(1, (std::int64_t(1) << 26) / vocabulary); }

std::vector<at::Tensor> finalStates(const EvaluatedModel& model, const at::Tensor& ids, const ComputePlace& place, RunReporter& reporter,
                                    const std::function<void(double)>& progress) {
    const ModelFolder& folder = model.folder;
    const DecoderSpec& spec = folder.spec();
    const SequenceContext context(spec, ids.size(1), place);
    std::vector<at::Tensor> hidden;
    {
        const BlockWeights embedding = loadEmbedding(folder, place);
        for (const at::Tensor& batch : ids.split(sequencesPerBatch(place, ids.size(1))))
            hidden.push_back(embed(spec, embedding, batch));
    }
    // On the CPU a block as floats, made once, serves all windows faster than packed products do.
    const LinearStorage storage = place.device.is_cpu() || model.rtn.bits > 0 ? LinearStorage::asFloats()
                                                                              : LinearStorage::asStored(place);
    for (int block = 0; block < folder.blockCount(); ++block) {
        if (block + 1 < folder.blockCount())
            folder.tensors().prefetch(folder.blockTensors(block + 1));
        const BlockSpec& blockSpec = spec.blocks[std::size_t(block)];
        BlockWeights weights = loadBlock(folder, block, place, storage);
        if (model.rtn.bits > 0)
            roundToNearest(model.rtn, blockSpec, weights);
        for (std::size_t i = 0; i < hidden.size(); ++i) {
            reporter.checkCancelled();
            hidden[i] = forwardBlock(blockSpec, weights, hidden[i], context);
            progress((block + double(i + 1) / double(hidden.size())) / folder.blockCount());
        }
        folder.tensors().release(folder.blockTensors(block));
        reporter.sampleMemory();
    }
    const BlockWeights head = loadHead(folder, place);
    for (at::Tensor& batch : hidden)
        batch = finalHidden(spec, head, batch);
    return hidden;
}

} // namespace awq::core
