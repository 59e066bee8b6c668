// SPDX-License-Identifier: GPL-3.0-or-later
// awq-cli inspect: what a run found.
#include <algorithm>

#include "app/cli_table.h"
#include "app/cli_verbs.h"
#include "core/error.h"
#include "core/quant/results_json.h"
#include "core/store/run_store.h"

namespace awq::app {
namespace {

using core::Arrays;
using core::BlockResult;
using core::LinearResult;
using core::RunStore;
using core::ScaleSetResult;

struct Filter {
    std::int64_t block = -1; // -1: all
    std::string linear; // empty: all; "down_proj", "mlp.down_proj", or with its block "model.layers.0.mlp.down_proj"

    bool takes(int inBlock, const std::string& name) const {
        return linear.empty() || linear == name || name.ends_with("." + linear) ||
               linear.ends_with("." + std::to_string(inBlock) + "." + name);
    }
    bool takes(const ScaleSetResult& set) const {
        return std::ranges::any_of(set.consumers, [&](const std::string& name) { return takes(set.block, name); });
    }
    Arrays arrays() const { return linear.empty() ? Arrays::leaveOut : Arrays::include; }
};

struct Findings {
    std::vector<ScaleSetResult> scaleSets;
    std::vector<LinearResult> linears;
};

Findings findingsOf(const RunStore& store, const Filter& filter, core::EventSink& events) {
    Findings findings;
    for (const int block : store.finishedBlocks()) {
        if (filter.block >= 0 && block != filter.block)
            continue;
        try {
            BlockResult result = filter.linear.empty() ? store.loadBlockSummary(block) : store.loadBlock(block);
            for (ScaleSetResult& set : result.scaleSets)
                if (filter.takes(set))
                    findings.scaleSets.push_back(std::move(set));
            for (LinearResult& linear : result.linears)
                if (filter.takes(block, linear.name))
                    findings.linears.push_back(std::move(linear));
        } catch (const core::Error& error) { // one damaged block; the others are worth showing
            events.receive({0, 0, core::Warning{error.what(), error.where(), error.hint()}});
        }
    }
    if (findings.linears.empty())
        core::badInput(filter.linear.empty() ? "no block of this run is finished and readable"
                                             : "no finished block has this linear",
                       store.folder().string() + (filter.linear.empty() ? "" : ", " + filter.linear),
                       "awq-cli inspect RUN_DIR without --block and --linear lists all");
    return findings;
}

std::string textOf(const RunStore& store, const Findings& findings) {
    std::string text = "model   " + store.info().model.string() + "\noutput  " + store.info().output.string() +
                       "\nstate   " + store.info().state + ", " + std::to_string(store.finishedBlocks().size()) +
                       " of " + std::to_string(store.info().blocks) + " blocks\n\n";
    TextTable sets({">block", "producer", "inspected", "fate", ">ratio", ">loss", "consumers"});
    for (const ScaleSetResult& set : findings.scaleSets) {
        std::string consumers;
        for (const std::string& consumer : set.consumers)
            consumers += (consumers.empty() ? "" : " ") + consumer;
        sets.add({std::to_string(set.block), set.producer, set.inspected, set.fate, number(set.bestRatio, 2),
                  scientific(set.bestLoss), consumers});
    }
    TextTable linears(
        {">block", "linear", "shape", "fate", ">bits", ">group", ">weight mse", ">output mse", ">clip mean", "reason"});
    for (const LinearResult& linear : findings.linears)
        linears.add({std::to_string(linear.block), linear.name, shapeCell(linear.rows, linear.columns), linear.fate,
                     std::to_string(linear.bits), std::to_string(linear.groupSize), scientific(linear.weightMse),
                     scientific(linear.outputMse), number(linear.clipMean, 3), linear.reason});
    return text + sets.text() + "\n" + linears.text();
}

VerbResult inspect(const VerbContext& context) {
    const RunStore store = RunStore::open(context.operand(0));
    const Filter filter{context.arguments.integer("block", -1, 0), context.arguments.text("linear", "")};
    const Findings findings = findingsOf(store, filter, context.events);
    VerbResult result;
    result.json = {{"recipe", core::toJson(store.info().recipe)},   {"model", store.info().model.string()},
                   {"output", store.info().output.string()},        {"state", store.info().state},
                   {"scale_sets", nlohmann::ordered_json::array()}, {"linears", nlohmann::ordered_json::array()}};
    for (const ScaleSetResult& set : findings.scaleSets)
        result.json["scale_sets"].push_back(core::toJson(set, filter.arrays()));
    for (const LinearResult& linear : findings.linears)
        result.json["linears"].push_back(core::toJson(linear, filter.arrays()));
    result.text = textOf(store, findings);
    return result;
}

} // namespace

Verb inspectVerb() {
    return {"inspect",
            "RUN_DIR",
            "what a run found: scale sets, clips, errors",
            1,
            1,
            {{"block", "N", "this block only"},
             {"linear", "NAME", "this linear only, such as mlp.down_proj; adds the arrays to --json"}},
            inspect};
}

} // namespace awq::app
