// SPDX-License-Identifier: GPL-3.0-or-later
// The main job, block by block: read, search, round, snapshot, add to the output; then verify and rename.
#include "core/tensor.h"

#include "core/run/quantize_run.h"

#include <algorithm>
#include <optional>

#include "core/export/awq_results.h"
#include "core/export/output_folder.h"
#include "core/export/verify.h"
#include "core/run/block_snapshot_torch.h"
#include "core/run/checkpoint_assembly.h"
#include "core/run/fingerprint.h"
#include "core/run/finished_blocks_torch.h"
#include "core/run/quantize_walk_torch.h"
#include "core/run/run_reporter.h"
#include "core/store/run_store.h"

namespace awq::core {
namespace {

namespace fs = std::filesystem;

constexpr double blocksShare = 0.96, writingShare = 0.02; // of the whole job, for progress; verifying is the rest

class QuantizeJob {
public:
    QuantizeJob(const QuantizeRequest& request, RunReporter& reporter)
        : m_request(request), m_recipe(request.recipe), m_reporter(reporter),
          m_setup(request.model, request.recipe, reporter), m_model(m_setup.model()),
          m_runDir(request.runDir.empty() ? fs::path(request.output.string() + ".run") : request.runDir) {}

    QuantizeResult run() {
        m_reporter.phase(Phase::reading);
        m_setup.makePlan(m_request.output);
        const std::string left = stateLeft();
        if (left == "finished" && fs::exists(m_request.output / "config.json"))
            return finishedBefore();
        OutputFolder output(m_request.output, m_model.path(),
                            m_request.force || left == "committing" || replacesItsOwn());
        m_setup.readCalibration();
        openStore();
        m_reporter.emit(
            Started{"quantize", m_model.path().string(), m_runDir.string(), m_model.blockCount(), m_blocksDone});
        for (const Warning& warning : m_setup.plan().warnings)
            m_reporter.warn(warning.what, warning.where, warning.hint);
        CheckpointAssembly assembly(m_model, m_setup.plan(), m_setup.storage(), output.work());
        walkBlocks(assembly);
        m_reporter.phase(Phase::writing);
        const Manifest manifest = assembly.finish();
        m_reporter.progress(blocksShare + writingShare);
        verify(output.work(), manifest);
        writeResultsOut();
        m_store->setState("committing"); // killed from here on, the output may be there already
        output.commit();
        return finish(manifest);
    }

    int blocksDone() const { return m_blocksDone; }
    bool hasStore() const { return m_store.has_value(); }
    const fs::path& runDir() const { return m_runDir; }
    std::string device() const { return m_setup.device(); }

private:
    // A resumed run may replace the folder it wrote before.
    bool replacesItsOwn() const {
        if (!m_request.resume || !hasRun() || !fs::exists(m_request.output / "config.json"))
            return false;
        const RunInfo info = RunStore::open(m_runDir).info();
        return !info.written.empty() && fs::equivalent(info.output, m_request.output) &&
               writtenHash(info.output) == info.written;
    }

    bool hasRun() const { return fs::exists(m_runDir / "run.json"); }

    // How the run to resume ended; empty when there is none.
    std::string stateLeft() const {
        return m_request.resume && hasRun() ? RunStore::open(m_runDir).info().state : std::string();
    }

    void openForResuming(const Fingerprint& fingerprint) {
        m_store.emplace(RunStore::open(m_runDir));
        m_store->lock();
        requireSame(m_store->info().fingerprint, fingerprint, m_runDir.string());
    }

    void openStore() {
        const Fingerprint fingerprint = m_setup.fingerprint();
        const bool exists = hasRun();
        if (m_request.resume && !exists)
            m_reporter.warn("there is no run to resume: starting from the beginning", m_runDir.string());
        if (m_request.resume && exists) {
            openForResuming(fingerprint);
            m_store->setState("running");
            m_blocksDone = FinishedBlocks(*m_store, m_model).leading();
        } else {
            if (exists && (m_request.force || RunStore::open(m_runDir).info().state == "finished") &&
                !RunStore::isLocked(m_runDir))
                fs::remove_all(m_runDir);
            m_store.emplace(RunStore::create(m_runDir, {m_model.path(), m_request.output, m_recipe, fingerprint,
                                                        m_model.blockCount(), "running", "", ""}));
        }
        m_reporter.keepJournal(*m_store);
    }

    fs::path snapshotOf(int block) const { return FinishedBlocks::snapshotFile(*m_store, block); }

    void walkBlocks(CheckpointAssembly& assembly) {
        const FinishedBlocks finished(*m_store, m_model);
        const std::vector<bool> kept = keptBlocks(finished);
        const auto lastToMake = std::find(kept.rbegin(), kept.rend(), false);
        std::optional<QuantizeWalk> walk;
        if (lastToMake != kept.rend())
            walk.emplace(m_setup, m_reporter);
        for (int block = 0; block < m_model.blockCount(); ++block) {
            m_reporter.checkCancelled();
            if (block > kept.rend() - lastToMake - 1)
                walk.reset(); // the hidden states have done their work
            if (kept[std::size_t(block)])
                keep(block, finished, walk);
            else
                quantize(block, finished, *walk);
            m_reporter.phase(Phase::writing, block);
            assembly.addBlock(block, finished.snapshot(block));
            if (walk)
                walk->leave(block);
            m_reporter.progress(blocksShare * (block + 1) / m_model.blockCount());
        }
    }

    // Where targets are corrected, a block depends on those before it.
    std::vector<bool> keptBlocks(const FinishedBlocks& finished) const {
        std::vector<bool> kept;
        const int leading = m_request.resume ? finished.leading() : 0;
        for (int block = 0; block < m_model.blockCount(); ++block)
            kept.push_back(block < leading || (m_request.resume && !m_recipe.correctsTargets() && finished.has(block)));
        return kept;
    }

    void keep(int block, const FinishedBlocks& finished, std::optional<QuantizeWalk>& walk) {
        if (walk)
            walk->pass(block, finished);
        m_results.push_back(m_store->loadBlockSummary(block));
        const BlockResult& result = m_results.back();
        if (block >= m_blocksDone) // those before were said to be done when the run started
            m_reporter.emit(BlockDone{block, result.seconds, result.outputMse, result.relativeError});
    }

    void quantize(int block, const FinishedBlocks& finished, QuantizeWalk& walk) {
        const auto progress = [&](double share) {
            m_reporter.progress(blocksShare * (block + share) / m_model.blockCount());
        };
        std::optional<BlockResult> known;
        if (m_request.resume && finished.hasResult(block))
            known = finished.result(block);
        const QuantizedBlock quantized = walk.quantize(block, known ? &*known : nullptr, progress);
        m_reporter.phase(Phase::packing, block);
        writeSnapshot(snapshotOf(block), quantized);
        m_store->saveBlock(quantized.result); // last: it says that the block is whole
        m_reporter.emit(SnapshotSaved{block});
        m_blocksDone = std::max(m_blocksDone, block + 1);
        m_results.push_back(m_store->loadBlockSummary(block));
    }

    void verify(const fs::path& folder, const Manifest& manifest) {
        m_reporter.phase(Phase::verifying);
        const VerifyReport report = verifyWritten(folder, manifest, m_reporter.stop());
        if (report.ok())
            return;
        const Mismatch& first = report.mismatches.front();
        throw Error(ErrorCode::verification,
                    "the written folder is not what was meant: " + std::to_string(report.mismatches.size()) +
                        " tensors differ, first " + first.what,
                    first.tensor, "check the disk; the finished blocks are kept, so --resume writes the folder again");
    }

    void writeResultsOut() const {
        if (m_recipe.resultsOut.empty())
            return;
        AwqResults results;
        for (int block = 0; block < m_model.blockCount(); ++block) {
            const BlockResult found = m_store->loadBlock(block);
            for (const ScaleSetResult& set : found.scaleSets) {
                if (set.channelScale.empty())
                    continue;
                AwqScaleEntry entry{m_model.blockTensor(block, set.producer), {}, set.channelScale};
                for (const std::string& consumer : set.consumers)
                    entry.consumers.push_back(m_model.blockTensor(block, consumer));
                results.scales.push_back(std::move(entry));
            }
            for (const LinearResult& linear : found.linears)
                if (!linear.clipValue.empty())
                    results.clips.push_back(
                        {m_model.blockTensor(block, linear.name), linear.rows, linear.groups, linear.clipValue});
        }
        writeAwqResults(m_recipe.resultsOut, results, m_model.dtype());
    }

    // A finished run that is resumed: its process was killed after the last write, or a script tries once more.
    QuantizeResult finishedBefore() {
        m_setup.readCalibration();
        openForResuming(m_setup.fingerprint());
        m_blocksDone = m_model.blockCount();
        for (int block = 0; block < m_blocksDone; ++block)
            m_results.push_back(m_store->loadBlockSummary(block));
        m_reporter.warn("this run has finished before: there is nothing left to do", m_runDir.string());
        return finish(m_setup.plan().bytesAfter);
    }

    QuantizeResult finish(const Manifest& manifest) {
        std::int64_t bytes = 0;
        for (const WrittenTensor& tensor : manifest)
            bytes += std::int64_t(tensor.spec.bytes());
        return finish(bytes);
    }

    QuantizeResult finish(std::int64_t bytesWritten) {
        m_store->setFinished(writtenHash(m_request.output));
        for (int block = 0; block < m_model.blockCount(); ++block)
            fs::remove(snapshotOf(block));
        QuantizeResult result;
        result.runDir = m_runDir;
        result.output = m_request.output;
        result.bytesBefore = m_model.bytes();
        result.bytesAfter = bytesWritten;
        result.seconds = m_reporter.seconds();
        result.peakHostBytes = m_reporter.memory().peakHostBytes();
        result.peakDeviceBytes = m_reporter.memory().peakDeviceBytes();
        result.blocks = std::move(m_results);
        result.warnings = m_reporter.warnings();
        m_reporter.progress(1);
        m_reporter.emit(Finished{m_request.output.string(), result.bytesBefore, result.bytesAfter, result.seconds});
        return result;
    }

    const QuantizeRequest& m_request;
    const Recipe& m_recipe;
    RunReporter& m_reporter;
    QuantizeSetup m_setup;
    const ModelFolder& m_model;
    fs::path m_runDir;
    std::optional<RunStore> m_store;
    int m_blocksDone = 0;
    std::vector<BlockResult> m_results;
};

} // namespace

Outcome<QuantizeResult> runQuantize(const QuantizeRequest& request, EventSink& sink, std::stop_token stop) {
    const c10::InferenceMode inference;
    RunReporter reporter(sink, std::move(stop));
    std::optional<QuantizeJob> job;
    try {
        job.emplace(request, reporter);
        return {job->run(), std::nullopt};
    } catch (...) {
        Error error = errorFromCurrentException(job ? job->device() : "cpu");
        if (error.code() == ErrorCode::cancelled && job && job->hasStore())
            error = Error(ErrorCode::cancelled, "cancelled; the finished blocks are kept", job->runDir().string(),
                          "go on with --resume");
        reporter.fail(error, job ? job->blocksDone() : 0, job ? job->runDir().string() : std::string());
        return {std::nullopt, error};
    }
}

} // namespace awq::core
