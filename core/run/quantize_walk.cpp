// SPDX-License-Identifier: GPL-3.0-or-later
// Streams of hidden states through the blocks.
#include "core/tensor.h"

#include "core/run/quantize_walk_torch.h"

#include <algorithm>

#include "core/model/decoder/decoder_block_torch.h"
#include "core/model/decoder/embedding_torch.h"
#include "core/run/memory_probe.h"
#include "core/run/stage_moments_torch.h"

namespace awq::core {
namespace {

std::int64_t bytesBeside(const QuantizeSetup& setup, const ComputePlace& place) {
    const DecoderSpec& spec = setup.model().spec();
    return bytesOfStatistics(spec, place.device) + (setup.recipe().roundsInStages() ? bytesOfMoments(spec) : 0);
}

} // namespace

QuantizeWalk::QuantizeWalk(const QuantizeSetup& setup, RunReporter& reporter, const ComputePlace& place, int threads)
    : m_setup(setup), m_reporter(reporter), m_place(place), m_context(setup.model().spec(), setup.ids().size(1), place),
      m_batching(place, setup.model().spec(), setup.ids().size(1), Workers(threads), bytesBeside(setup, place),
                 setup.plan().memory) {}

Streams QuantizeWalk::embedAll(const std::filesystem::path& folder) const {
    const DecoderSpec& spec = m_setup.model().spec();
    const at::Tensor& ids = m_setup.ids();
    const std::vector<std::int64_t> sizes = m_batching.batchesOf(ids.size(0));
    Streams streams;
    streams.exact = HiddenBatches(m_place.device, m_setup.plan().memory.spillHidden ? folder : std::filesystem::path());
    streams.exact.reserve(sizes, ids.size(1), spec.hidden, m_place.dtype);
    const BlockWeights embedding = loadEmbedding(m_setup.model(), m_place);
    const std::vector<at::Tensor> batches = ids.split_with_sizes(sizes);
    for (std::size_t i = 0; i < batches.size(); ++i)
        streams.exact.replace(i, embed(spec, embedding, batches[i]));
    if (m_setup.recipe().correctsTargets())
        streams.quantized = streams.exact.copy();
    return streams;
}

BlockWeights QuantizeWalk::load(int block) {
    const ModelFolder& model = m_setup.model();
    m_reporter.checkCancelled();
    m_reporter.phase(Phase::reading, block);
    for (int next = block + 1; next < std::min(block + 1 + m_setup.recipe().prefetch, model.blockCount()); ++next)
        model.tensors().prefetch(model.blockTensors(next));
    return loadBlock(model, block, m_place);
}

void QuantizeWalk::pass(int block, const BlockWeights& weights, const FinishedBlocks& finished, Streams& streams) {
    m_reporter.phase(Phase::capturing, block, "running through a finished block");
    const BlockSpec& spec = m_setup.model().spec().blocks[std::size_t(block)];
    const auto advance = [&](const BlockWeights& with, HiddenBatches& hidden) {
        m_batching.forEach(hidden.size(), [&](std::size_t i) {
            m_reporter.checkCancelled();
            hidden.replace(i, forwardBlock(spec, with, hidden[i], m_context));
        });
    };
    advance(weights, streams.exact);
    if (!streams.quantized.empty())
        advance(effectiveBlock(spec, weights, finished.result(block), finished.linears(block)), streams.quantized);
}

QuantizedBlock QuantizeWalk::quantize(int block, const BlockWeights& weights, const BlockResult* known,
                                      Streams& streams, const std::function<void(double)>& progress,
                                      const std::function<void(const HiddenBatches&)>& passOn) {
    const BlockTask task{m_setup.model(),
                         m_setup.plan(),
                         block,
                         m_place,
                         torchType(m_setup.storage()),
                         m_setup.given(),
                         known,
                         streams.quantized.empty() ? nullptr : &streams.quantized,
                         progress,
                         passOn};
    return quantizeBlock(task, weights, m_context, m_batching, streams.exact, m_reporter);
}

void QuantizeWalk::leave(int block) {
    m_reporter.endPhase();
    m_setup.model().tensors().release(m_setup.model().blockTensors(block));
    m_reporter.sampleMemory();
    returnFreeMemory();
}

} // namespace awq::core
