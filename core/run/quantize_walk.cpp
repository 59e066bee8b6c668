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

std::int64_t bytesBeside(const QuantizeSetup& setup) {
    const DecoderSpec& spec = setup.model().spec();
    return bytesOfStatistics(spec, setup.place().device) + (setup.recipe().roundsInStages() ? bytesOfMoments(spec) : 0);
}

} // namespace

QuantizeWalk::QuantizeWalk(const QuantizeSetup& setup, RunReporter& reporter)
    : m_setup(setup), m_reporter(reporter), m_context(setup.model().spec(), setup.ids().size(1), setup.place()),
      m_batching(setup.place(), setup.model().spec(), setup.ids().size(1), Workers(setup.recipe().threads),
                 bytesBeside(setup)) {
    const BlockWeights embedding = loadEmbedding(setup.model(), setup.place());
    for (const at::Tensor& ids : setup.ids().split(m_batching.sequencesPerBatch()))
        m_exact.push_back(embed(setup.model().spec(), embedding, ids.to(setup.place().device)));
    if (setup.recipe().correctsTargets())
        m_quantized = m_exact;
}

BlockWeights QuantizeWalk::load(int block) {
    const ModelFolder& model = m_setup.model();
    m_reporter.checkCancelled();
    m_reporter.phase(Phase::reading, block);
    for (int next = block + 1; next < std::min(block + 1 + m_setup.recipe().prefetch, model.blockCount()); ++next)
        model.tensors().prefetch(model.blockTensors(next));
    return loadBlock(model, block, m_setup.place());
}

void QuantizeWalk::pass(int block, const FinishedBlocks& finished) {
    const BlockWeights weights = load(block);
    m_reporter.phase(Phase::capturing, block, "replaying a finished block");
    const BlockSpec& spec = m_setup.model().spec().blocks[std::size_t(block)];
    const auto advance = [&](const BlockWeights& with, HiddenBatches& hidden) {
        m_batching.forEach(hidden.size(), [&](std::size_t i) {
            m_reporter.checkCancelled();
            hidden[i] = forwardBlock(spec, with, hidden[i], m_context);
        });
    };
    advance(weights, m_exact);
    if (!m_quantized.empty())
        advance(effectiveBlock(spec, weights, finished.result(block), finished.linears(block)), m_quantized);
}

QuantizedBlock QuantizeWalk::quantize(int block, const BlockResult* known,
                                      const std::function<void(double)>& progress) {
    const BlockWeights weights = load(block);
    const BlockTask task{m_setup.model(),
                         m_setup.plan(),
                         block,
                         m_setup.place(),
                         torchType(m_setup.storage()),
                         m_setup.given(),
                         known,
                         m_quantized.empty() ? nullptr : &m_quantized,
                         progress};
    return quantizeBlock(task, weights, m_context, m_batching, m_exact, m_reporter);
}

void QuantizeWalk::leave(int block) {
    m_setup.model().tensors().release(m_setup.model().blockTensors(block));
    m_reporter.sampleMemory();
    returnFreeMemory();
}

} // namespace awq::core
