// SPDX-License-Identifier: GPL-3.0-or-later
// The main job: devices work on the blocks, finished ones are added to the output; then verify and rename.
#include "core/tensor.h"

#include "core/run/quantize_run.h"

#include <algorithm>
#include <optional>
#include <thread>

#include "core/export/awq_results.h"
#include "core/export/output_folder.h"
#include "core/export/verify.h"
#include "core/run/block_team_torch.h"
#include "core/run/checkpoint_assembly.h"
#include "core/run/fingerprint.h"
#include "core/run/finished_blocks_torch.h"
#include "core/run/process_group.h"
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
          m_setup(request.model, request.recipe, reporter, processPlace()), m_model(m_setup.model()),
          m_runDir(request.runDir.empty() ? fs::path(request.output.string() + ".run") : request.runDir) {
        if (const std::optional<ProcessPlace> process = processPlace())
            m_group.emplace(*process);
    }

    QuantizeResult run() {
        m_reporter.phase(Phase::reading);
        m_setup.makePlan(m_request.output);
        if (m_group && !m_group->isFirst())
            return help();
        const std::string left = stateLeft();
        if (left == "finished" && fs::exists(m_request.output / "config.json"))
            return finishedBefore();
        OutputFolder output(m_request.output, m_model.path(),
                            m_request.force || left == "committing" || replacesItsOwn());
        m_setup.readCalibration();
        openStore();
        m_reporter.emit(
            Started{"quantize", m_model.path().string(), m_runDir.string(), m_model.blockCount(), m_leading});
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

    int blocksDone() const { return m_board ? m_board->finished() : 0; }
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
        } else {
            if (exists && (m_request.force || RunStore::open(m_runDir).info().state == "finished") &&
                !RunStore::isLocked(m_runDir))
                fs::remove_all(m_runDir);
            m_store.emplace(RunStore::create(m_runDir, {m_model.path(), m_request.output, m_recipe, fingerprint,
                                                        m_model.blockCount(), "running", "", ""}));
        }
        m_finished.emplace(*m_store, m_model);
        m_kept = keptBlocks(m_request.resume);
        m_leading = int(std::find(m_kept.begin(), m_kept.end(), false) - m_kept.begin());
        m_board.emplace(m_kept, m_group ? &*m_group : nullptr);
        tellGroup();
        m_reporter.keepJournal(*m_store);
    }

    void tellGroup() {
        if (m_group)
            m_group->openRun(textOf(m_store->info().fingerprint));
    }

    BlockJob blockJob(bool reuseScales) {
        return {m_setup, *m_store, *m_finished, m_reporter, *m_board, reuseScales, blocksShare};
    }

    // The devices work on the blocks; meanwhile the finished ones go into the output, in their order.
    void walkBlocks(CheckpointAssembly& assembly) {
        const BlockJob job = blockJob(m_request.resume);
        std::jthread devices([&] {
            try {
                const c10::InferenceMode inference;
                BlockTeam(job).work();
                m_board->end(nullptr);
            } catch (...) {
                m_board->end(std::current_exception());
            }
        });
        for (int block = 0; block < m_model.blockCount(); ++block) {
            m_board->waitFor(block);
            if (m_board->isElsewhere(block) || (block >= m_leading && m_kept[std::size_t(block)]))
                tellOfOthers(m_store->loadBlockSummary(block));
            m_reporter.phase(Phase::writing, block);
            assembly.addBlock(block, m_finished->snapshot(block));
            m_reporter.endPhase(); // waiting is none
        }
    }

    // Blocks that were done before, or by another process.
    void tellOfOthers(const BlockResult& done) {
        m_reporter.emit(BlockDone{done.block, done.seconds, done.outputMse, done.relativeError});
        m_reporter.progress(blocksShare * m_board->share());
    }

    // Where targets are corrected, a block depends on those before it.
    std::vector<bool> keptBlocks(bool resume) const {
        std::vector<bool> kept;
        const int leading = resume ? m_finished->leading() : 0;
        for (int block = 0; block < m_model.blockCount(); ++block)
            kept.push_back(block < leading || (resume && !m_recipe.correctsTargets() && m_finished->has(block)));
        return kept;
    }

    // One of several processes, not the first: works on blocks that others leave, and waits for the end.
    QuantizeResult help() {
        m_setup.readCalibration();
        requireSame(fingerprintFromText(m_group->awaitRun(m_reporter.stop())), m_setup.fingerprint(),
                    m_runDir.string());
        if (!hasRun())
            badInput("the run of the first process is not here", m_runDir.string(),
                     "all processes need the same --output and --run-dir, on a disk that they share");
        m_store.emplace(RunStore::open(m_runDir));
        m_finished.emplace(*m_store, m_model);
        const bool done = m_store->info().state == "finished";
        m_board.emplace(done ? std::vector<bool>(std::size_t(m_model.blockCount()), true) : keptBlocks(true),
                        &*m_group);
        m_reporter.emit(Started{"quantize", m_model.path().string(), m_runDir.string(), m_model.blockCount(),
                                m_finished->leading()});
        if (m_recipe.correctsTargets())
            m_reporter.warn("corrected targets make each block depend on those before it: the first process does all "
                            "of them",
                            {}, "--target original lets several processes share the blocks");
        else
            BlockTeam(blockJob(true)).work();
        m_group->awaitEnd(m_reporter.stop());
        return resultOf(m_setup.plan().bytesAfter);
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
        m_board.emplace(std::vector<bool>(std::size_t(m_model.blockCount()), true));
        tellGroup();
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
            fs::remove(FinishedBlocks::snapshotFile(*m_store, block));
        if (m_group)
            m_group->endRun();
        return resultOf(bytesWritten);
    }

    QuantizeResult resultOf(std::int64_t bytesWritten) {
        m_reporter.endPhase();
        QuantizeResult result;
        result.runDir = m_runDir;
        result.output = m_request.output;
        result.bytesBefore = m_model.bytes();
        result.bytesAfter = bytesWritten;
        result.seconds = m_reporter.seconds();
        result.phaseSeconds = m_reporter.phaseSeconds();
        result.peakHostBytes = m_reporter.memory().peakHostBytes();
        result.peakDeviceBytes = m_reporter.memory().peakDeviceBytes();
        for (int block = 0; block < m_model.blockCount(); ++block)
            result.blocks.push_back(m_store->loadBlockSummary(block));
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
    std::optional<FinishedBlocks> m_finished;
    std::vector<bool> m_kept;            // blocks that need not be made
    int m_leading = 0;                   // how many of the first ones
    std::optional<ProcessGroup> m_group; // none: this process is alone
    std::optional<BlockBoard> m_board;
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
