// SPDX-License-Identifier: GPL-3.0-or-later
// Architecture -> page -> decoder with full tensor names.
#include "core/model/families/family_lookup.h"

#include <algorithm>
#include <initializer_list>
#include <optional>
#include <utility>

#include "core/error.h"
#include "core/model/families/all.h"

namespace awq::core {
namespace {

bool contains(const std::vector<std::string>& list, const std::string& name) {
    return std::find(list.begin(), list.end(), name) != list.end();
}

// "architectures" decides; without it "model_type".
std::string architectureOf(const Config& config) {
    const std::vector<std::string> names = config.texts({"architectures"});
    return names.empty() ? config.text({"model_type"}, "") : names.front();
}

std::optional<Family> findPage(const std::string& architecture) {
    for (Family& page : allFamilies())
        if (contains(page.architectures, architecture) || contains(page.modelTypes, architecture))
            return std::move(page);
    return std::nullopt;
}

[[noreturn]] void refuseArchitecture(const Config& config, const std::string& architecture) {
    std::string known;
    for (const Family& page : allFamilies())
        known += (known.empty() ? "" : ", ") + page.architectures.front();
    if (architecture.empty())
        badInput("the configuration names neither 'architectures' nor 'model_type'", config.where(),
                 "point to the folder of a language model; known architectures: " + known);
    badInput("unknown architecture '" + architecture + "'", config.where(), "known architectures: " + known);
}

Config nestedConfig(const Config& config, const Family& page) {
    for (const std::string& name : page.nestedConfigs)
        if (const std::optional<Config> nested = config.object({name}))
            return *nested;
    badInput("the setting '" + page.nestedConfigs.front() + "' is missing", config.where(),
             "fetch the model's config.json again");
}

void prefix(std::string& name, const std::string& root) {
    if (!name.empty())
        name = root + name;
}

const TensorRoot& findRoot(const Family& page, const DecoderSpec& spec, const TensorSource& tensors) {
    for (const TensorRoot& root : page.roots)
        if (tensors.find(root.decoder + spec.embedding.weight))
            return root;
    badInput("tensor '" + page.roots.front().decoder + spec.embedding.weight + "' is missing (no known prefix has it)",
             tensors.path().string(),
             "the checkpoint is incomplete, or config.json is of another model; fetch the folder again");
}

// Vision-language models state it inside, outside or both; without a head tensor the head can only be tied.
bool isTied(const Config& outer, const Config& inner, const DecoderSpec& spec, const TensorSource& tensors) {
    const SettingNames name{"tie_word_embeddings"};
    const bool stated = inner.has(name) || !outer.has(name) ? spec.head.tied : outer.boolean(name, false);
    const bool stored = tensors.find(spec.head.linear.name + ".weight") != nullptr;
    return stated || (!stored && outer.boolean(name, false));
}

} // namespace

FamilyMatch findFamily(const Config& config) {
    const std::string architecture = architectureOf(config);
    std::optional<Family> page = findPage(architecture);
    if (!page)
        refuseArchitecture(config, architecture);
    if (page->nestedConfigs.empty())
        return {std::move(*page), "", architecture, config};
    const Config nested = nestedConfig(config, *page);
    std::optional<Family> inner = findPage(architectureOf(nested));
    if (!inner || !inner->read)
        refuseArchitecture(nested, architectureOf(nested));
    return {std::move(*inner), page->name, architecture, nested};
}

DecoderSpec withRoot(DecoderSpec spec, const TensorRoot& root) {
    for (std::string* name :
         {&spec.embedding.weight, &spec.embedding.positions, &spec.embedding.projectIn.name, &spec.embedding.norm.name,
          &spec.blockPrefix, &spec.head.norm.name, &spec.head.projectOut.name})
        prefix(*name, root.decoder);
    prefix(spec.head.linear.name, root.head);
    return spec;
}

std::vector<std::string> blockPrefixes(const Config& config) {
    const FamilyMatch family = findFamily(config);
    const std::string prefix = family.page.read(family.config).blockPrefix;
    std::vector<std::string> prefixes;
    for (const TensorRoot& root : family.page.roots)
        prefixes.push_back(root.decoder + prefix);
    return prefixes;
}

DecoderSpec readDecoder(const Config& config, const FamilyMatch& family, const TensorSource& tensors) {
    DecoderSpec spec = family.page.read(family.config);
    const TensorRoot& root = findRoot(family.page, spec, tensors);
    spec = withRoot(std::move(spec), root);
    spec.head.tied = isTied(config, family.config, spec, tensors);
    return spec;
}

} // namespace awq::core
