// SPDX-License-Identifier: GPL-3.0-or-later
// awq-cli info: what a model folder holds, from its headers.
#include "app/cli_table.h"
#include "app/cli_verbs.h"
#include "core/model/model_folder.h"
#include "core/plan/plan.h"
#include "core/units.h"

namespace awq::app {
namespace {

using nlohmann::ordered_json;

struct LinearFate {
    std::string fate, reason;
};

// Of a float model: what the default recipe would do with it. Of a quantized one: how it is stored.
std::vector<LinearFate> fatesOf(const core::ModelFolder& folder, const core::ModelOutline& outline) {
    std::vector<LinearFate> fates;
    if (const auto& packed = folder.quantized()) {
        for (const core::LinearOutline& linear : outline.linears)
            fates.push_back(packed->contains(linear.fullName) ? LinearFate{"quantized", "stored as " + packed->label()}
                                                              : LinearFate{"excluded", "stored in float"});
        return fates;
    }
    for (const core::PlannedLinear& linear : core::makePlan(outline, core::Recipe{}, {}).linears)
        fates.push_back({linear.fate, linear.reason});
    return fates;
}

ordered_json shardsJson(const core::ModelFolder& folder) {
    ordered_json shards = ordered_json::array();
    for (const auto& file : folder.tensors().files())
        shards.push_back({{"file", file.filename().string()}, {"bytes", std::filesystem::file_size(file)}});
    return shards;
}

ordered_json quantizationJson(const core::ModelFolder& folder) {
    const auto& packed = folder.quantized();
    if (!packed)
        return nullptr;
    return {{"format", packed->format()}, {"bits", packed->bits()}, {"group_size", packed->groupSize()}};
}

ordered_json headJson(const core::ModelFolder& folder, const core::ModelOutline& outline) {
    return {{"family", outline.family},
            {"architecture", outline.architecture},
            {"blocks", outline.blocks},
            {"hidden", outline.hidden},
            {"heads", outline.heads},
            {"kv_heads", outline.keyValueHeads},
            {"vocab", outline.vocabulary},
            {"dtype", core::nameOf(outline.dtype)},
            {"parameters", folder.parameters()},
            {"bytes", folder.bytes()},
            {"tied_embeddings", folder.tied()},
            {"tokenizer", folder.tokenizerFile()},
            {"quantization", quantizationJson(folder)},
            {"shards", shardsJson(folder)},
            {"warnings", folder.warnings()}};
}

std::string headText(const core::ModelFolder& folder, const core::ModelOutline& outline) {
    const std::string& tokenizer = folder.tokenizerFile();
    TextTable table({"", ""});
    table.add({"architecture", outline.architecture + " (family " + outline.family + ")"});
    table.add({"blocks", std::to_string(outline.blocks)});
    table.add({"hidden", std::to_string(outline.hidden)});
    table.add({"heads", std::to_string(outline.heads) + ", key-value " + std::to_string(outline.keyValueHeads)});
    table.add(
        {"vocabulary", std::to_string(outline.vocabulary) + (folder.tied() ? ", head tied to the embedding" : "")});
    table.add({"parameters", number(double(folder.parameters()) / 1e6, 1) + " million"});
    table.add({"stored", core::formatBytes(folder.bytes()) + " as " + std::string(core::nameOf(outline.dtype)) +
                             " in " + std::to_string(outline.shards.size()) +
                             (outline.shards.size() == 1 ? " file" : " files")});
    table.add({"quantized", folder.quantized() ? folder.quantized()->label() : "no"});
    table.add({"tokenizer", tokenizer.empty() ? "none" : tokenizer});
    return table.text();
}

VerbResult info(const VerbContext& context) {
    const core::ModelFolder folder = core::ModelFolder::open(context.operand(0));
    const core::ModelOutline outline = core::outlineOf(folder);
    const std::vector<LinearFate> fates = fatesOf(folder, outline);
    VerbResult result;
    result.json = headJson(folder, outline);
    result.json["linears"] = ordered_json::array();
    TextTable linears({">block", "linear", "shape", "fate", "reason"});
    for (std::size_t i = 0; i < outline.linears.size(); ++i) {
        const core::LinearOutline& linear = outline.linears[i];
        result.json["linears"].push_back({{"name", linear.name},
                                          {"block", linear.block},
                                          {"shape", {linear.rows, linear.columns}},
                                          {"fate", fates[i].fate},
                                          {"reason", fates[i].reason}});
        linears.add({std::to_string(linear.block), linear.name, shapeCell(linear.rows, linear.columns), fates[i].fate,
                     fates[i].reason});
    }
    for (const std::string& warning : folder.warnings())
        context.events.receive({0, 0, core::Warning{warning, folder.path().string(), ""}});
    result.text = headText(folder, outline) + "\n" + linears.text();
    return result;
}

} // namespace

Verb infoVerb() {
    return {"info", "MODEL", "what a model folder holds, from its headers alone", 1, 1, {}, info};
}

} // namespace awq::app
