// SPDX-License-Identifier: GPL-3.0-or-later
// The main job, block by block: read, search, round, snapshot, add to the output; then verify and rename.
#include "core/tensor.h"

#include "core/run/quantize_run.h"

#include <optional>
#include <thread>

#include "core/device.h"
#include "core/export/awq_results.h"
#include "core/export/output_folder.h"
#include "core/export/verify.h"
#include "core/model/decoder/embedding_torch.h"
#include "core/model/decoder/sequence_context_torch.h"
#include "core/run/block_quantizer_torch.h"
#include "core/run/block_snapshot_torch.h"
#include "core/run/checkpoint_assembly.h"
#include "core/run/compute_place_torch.h"
#include "core/run/fingerprint.h"
#include "core/run/memory_probe.h"
#include "core/run/given_results.h"
#include "core/run/run_reporter.h"
#include "core/run/stage_moments_torch.h"
#include "core/run/tensor_values_torch.h"
#include "core/store/atomic_file.h"
#include "core/store/run_store.h"
#include "core/text/calibration.h"

namespace awq::core {
namespace {

namespace fs = std::filesystem;

constexpr double blocksShare = 0.96, writingShare = 0.02; // of the whole job, for progress; verifying is the rest
const std::string snapshotSuffix = ".tensors.safetensors";

// Hidden states between two blocks.
struct Streams {
    HiddenBatches exact, quantized; // of the float model; of the blocks quantized so far, if the recipe needs them
};

class QuantizeJob {
public:
    QuantizeJob(const QuantizeRequest& request, RunReporter& reporter)
        : m_request(request), m_recipe(request.recipe), m_reporter(reporter), m_model(ModelFolder::open(request.model)),
          m_runDir(request.runDir.empty() ? fs::path(request.output.string() + ".run") : request.runDir) {
        validate(m_recipe);
        m_model.requireFloat();
        m_place = choosePlace(m_recipe.device, m_recipe.dtype, m_recipe.threads, m_model.dtype());
        m_storage = storageType(m_recipe, m_model.dtype(), storedType(m_place.dtype));
        m_reporter.watchMemory(deviceName(m_place));
    }

    QuantizeResult run() {
        m_reporter.phase(Phase::reading);
        m_plan = makePlan(outlineOf(m_model), m_recipe, environment());
        requireExecutable(m_plan);
        if (!m_recipe.resultsIn.empty())
            m_given = readGivenResults(m_recipe.resultsIn, m_model);
        const std::string left = stateLeft();
        if (left == "finished" && fs::exists(m_request.output / "config.json"))
            return finishedBefore();
        OutputFolder output(m_request.output, m_model.path(), m_request.force || left == "committing");
        readCalibration();
        openStore();
        m_reporter.emit(
            Started{"quantize", m_model.path().string(), m_runDir.string(), m_model.blockCount(), m_blocksDone});
        for (const Warning& warning : m_plan.warnings)
            m_reporter.warn(warning.what, warning.where, warning.hint);
        CheckpointAssembly assembly(m_model, m_plan, m_storage, output.work());
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
    std::string device() const { return deviceName(m_place); }

private:
    PlanEnvironment environment() const {
        PlanEnvironment environment;
        environment.device = deviceName(m_place);
        environment.threads = at::get_num_threads();
        environment.freeHostBytes = freeBytes("cpu");
        environment.freeDeviceBytes = m_place.device.is_cpu() ? 0 : freeBytes(environment.device);
        environment.freeDiskBytes = freeDiskBytes(m_request.output);
        return environment;
    }

    void readCalibration() {
        const CalibrationSet calibration =
            buildCalibration(m_recipe.calibration, m_model.path(), m_model.spec().embedding.vocabulary);
        for (const std::string& note : calibration.notes())
            m_reporter.warn(note, calibration.file.string());
        m_calibrationHash = calibration.hash;
        m_ids = at::tensor(calibration.ids).view({calibration.windows, calibration.length}).to(at::kLong);
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

    Fingerprint fingerprint() const {
        return fingerprintOf(m_model, m_recipe, m_calibrationHash, deviceName(m_place),
                             std::string(nameOf(storedType(m_place.dtype))));
    }

    void openStore() {
        const Fingerprint fingerprint = this->fingerprint();
        const bool exists = hasRun();
        if (m_request.resume && !exists)
            m_reporter.warn("there is no run to resume: starting from the beginning", m_runDir.string());
        if (m_request.resume && exists) {
            openForResuming(fingerprint);
            m_store->setState("running");
            for (int block : m_store->finishedBlocks())
                if (block == m_blocksDone && fs::exists(snapshotOf(block)))
                    ++m_blocksDone;
        } else {
            if (exists && (m_request.force || RunStore::open(m_runDir).info().state == "finished") &&
                !RunStore::isLocked(m_runDir))
                fs::remove_all(m_runDir);
            m_store.emplace(RunStore::create(m_runDir, {m_model.path(), m_request.output, m_recipe, fingerprint,
                                                        m_model.blockCount(), "running", ""}));
        }
        m_reporter.keepJournal(*m_store);
    }

    fs::path snapshotOf(int block) const { return m_store->blockFile(block, snapshotSuffix); }

    void walkBlocks(CheckpointAssembly& assembly) {
        const SequenceContext context(m_model.spec(), m_ids.size(1), m_place);
        const Batching batching(m_place, m_model.spec(), m_ids.size(1), Workers(m_recipe.threads),
                                bytesOfStatistics(m_model.spec(), m_place.device) +
                                    (m_recipe.roundsInStages() ? bytesOfMoments(m_model.spec()) : 0));
        Streams streams{embedAll(batching), {}};
        if (m_recipe.correctsTargets())
            streams.quantized = streams.exact;
        for (int block = 0; block < m_model.blockCount(); ++block) {
            m_reporter.checkCancelled();
            m_reporter.phase(Phase::reading, block);
            prefetch(block + 1);
            const BlockWeights weights = loadBlock(m_model, block, m_place);
            if (block < m_blocksDone)
                replay(block, weights, context, batching, streams);
            else
                quantize(block, weights, context, batching, streams);
            m_reporter.phase(Phase::writing, block);
            assembly.addBlock(block, snapshotOf(block));
            m_model.tensors().release(m_model.blockTensors(block));
            m_reporter.sampleMemory();
            returnFreeMemory();
            m_reporter.progress(blocksShare * (block + 1) / m_model.blockCount());
        }
    }

    HiddenBatches embedAll(const Batching& batching) const {
        HiddenBatches hidden;
        const BlockWeights embedding = loadEmbedding(m_model, m_place);
        for (const at::Tensor& ids : m_ids.split(batching.sequencesPerBatch()))
            hidden.push_back(embed(m_model.spec(), embedding, ids.to(m_place.device)));
        return hidden;
    }

    void prefetch(int first) const {
        for (int block = first; block < std::min(first + m_recipe.prefetch, m_model.blockCount()); ++block)
            m_model.tensors().prefetch(m_model.blockTensors(block));
    }

    // A block that an earlier session finished: only its output is needed.
    void replay(int block, const BlockWeights& weights, const SequenceContext& context, const Batching& batching,
                Streams& streams) {
        m_reporter.phase(Phase::capturing, block, "replaying a finished block");
        const BlockSpec& spec = m_model.spec().blocks[std::size_t(block)];
        const auto advance = [&](const BlockWeights& with, HiddenBatches& hidden) {
            batching.forEach(hidden.size(), [&](std::size_t i) {
                m_reporter.checkCancelled();
                hidden[i] = forwardBlock(spec, with, hidden[i], context);
            });
        };
        advance(weights, streams.exact);
        if (!streams.quantized.empty())
            advance(effectiveBlock(spec, weights, m_store->loadBlock(block), readSnapshotLinears(snapshotOf(block))),
                    streams.quantized);
        m_results.push_back(m_store->loadBlockSummary(block));
    }

    void quantize(int block, const BlockWeights& weights, const SequenceContext& context, const Batching& batching,
                  Streams& streams) {
        const auto progress = [&](double share) {
            m_reporter.progress(blocksShare * (block + share) / m_model.blockCount());
        };
        BlockTask task{m_model, m_plan, block, m_place, torchType(m_storage), m_given ? &*m_given : nullptr,
                       streams.quantized.empty() ? nullptr : &streams.quantized, progress};
        QuantizedBlock quantized = quantizeBlock(task, weights, context, batching, streams.exact, m_reporter);
        m_reporter.phase(Phase::packing, block);
        writeSnapshot(snapshotOf(block), quantized);
        m_store->saveBlock(quantized.result); // last: it says that the block is whole
        m_reporter.emit(SnapshotSaved{block});
        m_blocksDone = block + 1;
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
        readCalibration();
        openForResuming(fingerprint());
        m_blocksDone = m_model.blockCount();
        for (int block = 0; block < m_blocksDone; ++block)
            m_results.push_back(m_store->loadBlockSummary(block));
        m_reporter.warn("this run has finished before: there is nothing left to do", m_runDir.string());
        return finish(m_plan.bytesAfter);
    }

    QuantizeResult finish(const Manifest& manifest) {
        std::int64_t bytes = 0;
        for (const WrittenTensor& tensor : manifest)
            bytes += std::int64_t(tensor.spec.bytes());
        return finish(bytes);
    }

    QuantizeResult finish(std::int64_t bytesWritten) {
        m_store->setState("finished");
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
    ModelFolder m_model;
    fs::path m_runDir;
    ComputePlace m_place;
    DType m_storage = DType::F16;
    Plan m_plan;
    std::optional<AwqResults> m_given;
    std::string m_calibrationHash;
    at::Tensor m_ids; // [windows, length] int64
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
            error = Error(ErrorCode::cancelled, "cancelled; the finished blocks are kept", job->runDir().string(), "go on with --resume");
        reporter.fail(error, job ? job->blocksDone() : 0, job ? job->runDir().string() : std::string());
        return {std::nullopt, error};
    }
}

} // namespace awq::core
