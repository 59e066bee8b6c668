// SPDX-License-Identifier: GPL-3.0-or-later
// Trying and keeping the override of a scale set.
#include "core/tensor.h"

#include "core/run/override_run.h"

#include <algorithm>
#include <optional>

#include "core/run/block_snapshot_torch.h"
#include "core/run/fingerprint.h"
#include "core/run/finished_blocks_torch.h"
#include "core/run/quantize_walk_torch.h"
#include "core/store/run_store.h"

namespace awq::core {
namespace {

namespace fs = std::filesystem;

constexpr double walkShare = 0.5; // of the progress; the block itself is the rest

fs::path trialFolder(const fs::path& runDir) {
    return runDir / "trial";
}

[[noreturn]] void refuseName(const std::string& name, const Plan& plan) {
    std::string known;
    for (const PlannedScaleSet& set : plan.scaleSets)
        if (set.block == 0)
            known += (known.empty() ? "" : ", ") + set.fullName;
    badInput("the model has no scale set of this name", name, "the sets of block 0 are " + known);
}

// "model.layers.0.mlp.up_proj" is meant by itself and by "0.mlp.up_proj".
bool means(const std::string& name, const std::string& fullName) {
    return fullName == name || fullName.ends_with("." + name);
}

// Full names of the sets that the name may stand for.
std::vector<std::string> setsMeant(const std::string& name, const Plan& plan, bool byConsumer) {
    std::vector<std::string> meant;
    for (const PlannedScaleSet& set : plan.scaleSets) {
        const std::string prefix = set.fullName.substr(0, set.fullName.size() - set.producer.size());
        const auto isMeant = [&](const std::string& consumer) { return means(name, prefix + consumer); };
        if (byConsumer ? std::ranges::any_of(set.consumers, isMeant) : means(name, set.fullName))
            meant.push_back(set.fullName);
    }
    return meant;
}

// The request with the full name of the set.
OverrideRequest named(OverrideRequest request) {
    const RunInfo info = RunStore::open(request.runDir).info();
    const Plan plan = makePlan(outlineOf(ModelFolder::open(info.model)), info.recipe, {});
    const std::string& name = request.wanted.scaleSet;
    std::vector<std::string> meant = setsMeant(name, plan, false);
    if (meant.empty())
        meant = setsMeant(name, plan, true);
    if (meant.empty())
        refuseName(name, plan);
    if (meant.size() > 1)
        badInput("this name stands for " + std::to_string(meant.size()) + " scale sets", name,
                 "say which, with its block: " + meant.front());
    request.wanted.scaleSet = meant.front();
    return request;
}

class OverrideJob {
public:
    OverrideJob(const OverrideRequest& request, RunReporter& reporter)
        : m_request(named(request)), m_reporter(reporter), m_store(RunStore::open(request.runDir)),
          m_setup(m_store.info().model, recipeWith(m_store.info().recipe, m_request.wanted), reporter),
          m_finished(m_store, m_setup.model()) {}

    OverrideResult run() {
        m_reporter.phase(Phase::reading);
        m_setup.makePlan(m_store.info().output);
        const PlannedScaleSet& set = scaleSet();
        requireBlock(set);
        m_setup.readCalibration();
        requireSameRun();
        m_reporter.emit(Started{"override", m_setup.model().path().string(), "", set.block + 1, 0});
        BlockResult before = m_finished.result(set.block);
        BlockResult known = before;
        std::erase_if(known.scaleSets, [&](const ScaleSetResult& found) { return found.producer == set.producer; });
        const QuantizedBlock made = quantize(set.block, known);
        save(set.block, made);
        m_reporter.progress(1);
        m_reporter.emit(Finished{"", 0, 0, m_reporter.seconds()});
        return {m_request.wanted, m_store.loadBlockSummary(set.block), trial(set.block)};
    }

    std::string device() const { return m_setup.device(); }

private:
    static Recipe recipeWith(Recipe recipe, const ScaleOverride& wanted) {
        for (const std::string& text : recipe.overrides)
            scaleOverrideFromText(text);
        putOverride(recipe.overrides, wanted);
        return recipe;
    }

    const PlannedScaleSet& scaleSet() const {
        const auto& sets = m_setup.plan().scaleSets;
        return *std::ranges::find(sets, m_request.wanted.scaleSet, &PlannedScaleSet::fullName);
    }

    void requireBlock(const PlannedScaleSet& set) const {
        if (!m_finished.hasResult(set.block))
            badInput("block " + std::to_string(set.block) + " of this run is not finished", set.fullName,
                     "resume the run first");
        if (m_request.wanted.ratio && set.fate == "skipped" && !m_request.wanted.exclude)
            badInput("this scale set cannot be scaled: " + set.reason, set.fullName,
                     "only no-clip and exclude have an effect here");
    }

    // But for the recipe's overrides.
    void requireSameRun() const {
        Fingerprint now = m_setup.fingerprint();
        now.recipe = m_store.info().fingerprint.recipe;
        requireSame(m_store.info().fingerprint, now, m_request.runDir.string());
    }

    // A block before it whose codes are needed and gone is quantized again, with the scales it had.
    QuantizedBlock quantize(int target, const BlockResult& known) {
        QuantizeWalk walk(m_setup, m_reporter, m_setup.place(), m_setup.recipe().threads);
        Streams streams = walk.embedAll(m_request.runDir);
        const bool codes = m_setup.recipe().correctsTargets();
        for (int block = 0; block < target; ++block) {
            const BlockWeights weights = walk.load(block);
            if (m_finished.has(block) || !codes) {
                walk.pass(block, weights, m_finished, streams);
            } else {
                const BlockResult before = m_finished.result(block);
                walk.quantize(block, weights, &before, streams, [](double) {});
            }
            walk.leave(block);
            m_reporter.progress(walkShare * double(block + 1) / double(target));
        }
        const double first = target > 0 ? walkShare : 0;
        return walk.quantize(target, walk.load(target), &known, streams,
                             [&](double share) { m_reporter.progress(first + (1 - first) * share); });
    }

    void save(int block, const QuantizedBlock& made) const {
        const fs::path folder = trialFolder(m_request.runDir);
        if (!RunStore::isLocked(folder))
            fs::remove_all(folder);
        RunInfo info = m_store.info();
        info.recipe.overrides = m_setup.recipe().overrides;
        info.fingerprint = m_setup.fingerprint();
        info.state = "running";
        RunStore store = RunStore::create(folder, info);
        writeSnapshot(FinishedBlocks::snapshotFile(store, block), made);
        store.saveBlock(made.result);
        store.setState("finished");
    }

    BlockResult trial(int block) const { return RunStore::open(trialFolder(m_request.runDir)).loadBlockSummary(block); }

    const OverrideRequest m_request;
    RunReporter& m_reporter;
    const RunStore m_store;
    QuantizeSetup m_setup;
    FinishedBlocks m_finished;
};

[[noreturn]] void refuseTrial(const fs::path& runDir, const std::string& what) {
    badInput(what, trialFolder(runDir).string(), "try it again, then keep it");
}

// Throws unless the trial is of this choice and of the run as it is.
void requireTrialOf(const ScaleOverride& tried, const RunStore& store, const RunStore& trial) {
    std::vector<std::string> wanted = store.info().recipe.overrides;
    putOverride(wanted, tried);
    Fingerprint same = trial.info().fingerprint;
    same.recipe = store.info().fingerprint.recipe;
    if (trial.info().state != "finished" || trial.finishedBlocks().size() != 1 ||
        trial.info().recipe.overrides != wanted)
        refuseTrial(store.folder(), "the last trial was not of this choice");
    requireSame(store.info().fingerprint, same, store.folder().string());
}

} // namespace

Outcome<OverrideResult> tryOverride(const OverrideRequest& request, EventSink& sink, std::stop_token stop) {
    const c10::InferenceMode inference;
    RunReporter reporter(sink, std::move(stop));
    std::optional<OverrideJob> job;
    try {
        job.emplace(request, reporter);
        return {job->run(), std::nullopt};
    } catch (...) {
        const Error error = errorFromCurrentException(job ? job->device() : "cpu");
        reporter.fail(error);
        return {std::nullopt, error};
    }
}

// The block's results go first and come back last, so that a crash in between leaves a block to be made again.
void keepOverride(const fs::path& runDir, const ScaleOverride& tried) {
    const fs::path folder = trialFolder(runDir);
    if (!fs::exists(folder / "run.json"))
        refuseTrial(runDir, "nothing was tried on this run");
    RunStore store = RunStore::open(runDir);
    store.lock();
    RunStore trial = RunStore::open(folder);
    trial.lock();
    requireTrialOf(tried, store, trial);
    const int block = trial.finishedBlocks().front();
    for (const int finished : store.finishedBlocks())
        if (finished == block || (finished > block && store.info().recipe.correctsTargets())) {
            store.removeBlock(finished);
            fs::remove(FinishedBlocks::snapshotFile(store, finished));
        }
    store.change(trial.info().recipe, trial.info().fingerprint);
    fs::rename(FinishedBlocks::snapshotFile(trial, block), FinishedBlocks::snapshotFile(store, block));
    store.adoptBlock(trial, block);
    fs::remove_all(folder);
}

} // namespace awq::core
