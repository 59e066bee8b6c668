// SPDX-License-Identifier: GPL-3.0-or-later
// Read, search, round, snapshot; or the forward pass alone.
#include "core/tensor.h"

#include "core/run/block_worker_torch.h"

#include <optional>
#include <utility>

#include "core/run/block_snapshot_torch.h"

namespace awq::core {

void BlockWorker::run(StreamRelay& relay, bool alone) {
    for (int block = relay.nextBlock(); block >= 0; block = relay.nextBlock()) {
        bool passed = false;
        try {
            work(block, relay, alone, passed);
        } catch (...) {
            if (!passed)
                relay.breakOff();
            throw;
        }
        if (!passed)
            return; // the chain broke before this block
    }
}

void BlockWorker::work(int block, StreamRelay& relay, bool alone, bool& passed) {
    const BlockWeights weights = m_walk.load(block);
    std::optional<Streams> received = relay.receive(block);
    if (!received)
        return;
    Streams streams{received->exact.on(m_place.device), received->quantized.on(m_place.device)};
    received.reset();
    const auto pass = [&](Streams next) {
        relay.pass(block + 1, std::move(next));
        passed = true;
    };
    if (!m_job.board.claim(block)) {
        m_walk.pass(block, weights, m_job.finished, streams);
        pass(std::move(streams));
    } else {
        try {
            if (alone)
                quantize(block, weights, streams, {});
            else
                quantize(block, weights, streams, [&](const HiddenBatches& outputs) { pass({outputs, {}}); });
        } catch (...) {
            m_job.board.release(block);
            throw;
        }
        m_job.board.finish(block);
        if (alone)
            pass(std::move(streams));
    }
    m_walk.leave(block);
    m_job.reporter.progress(m_job.share * m_job.board.share());
}

void BlockWorker::quantize(int block, const BlockWeights& weights, Streams& streams,
                           const std::function<void(const HiddenBatches&)>& passOn) {
    const auto progress = [&](double share) {
        m_job.board.setShare(block, share);
        m_job.reporter.progress(m_job.share * m_job.board.share());
    };
    std::optional<BlockResult> known;
    if (m_job.reuseScales && m_job.finished.hasResult(block))
        known = m_job.finished.result(block);
    const QuantizedBlock quantized =
        m_walk.quantize(block, weights, known ? &*known : nullptr, streams, progress, passOn);
    m_job.reporter.phase(Phase::packing, block);
    writeSnapshot(FinishedBlocks::snapshotFile(m_job.store, block), quantized);
    m_job.store.saveBlock(quantized.result); // last: it says that the block is whole
    m_job.reporter.emit(SnapshotSaved{block});
}

} // namespace awq::core
