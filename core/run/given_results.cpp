// SPDX-License-Identifier: GPL-3.0-or-later
// Renames the entries of a result file.
#include "core/run/given_results.h"

#include <algorithm>
#include <unordered_set>

#include "core/error.h"
#include "core/model/families/family_lookup.h"

namespace awq::core {
namespace {

class Renaming {
public:
    explicit Renaming(const ModelFolder& model)
        : m_own(model.spec().blockPrefix), m_known(blockPrefixes(model.config())) {}

    void apply(std::string& name) const {
        const auto isStart = [&](const std::string& prefix) { return name.starts_with(prefix); };
        if (const auto found = std::ranges::find_if(m_known, isStart); found != m_known.end())
            name.replace(0, found->size(), m_own);
    }

private:
    std::string m_own;
    std::vector<std::string> m_known;
};

void requireKnown(const AwqResults& results, const std::filesystem::path& file, const ModelFolder& model) {
    std::unordered_set<std::string> linears;
    for (const ModelLinear& linear : model.linears())
        linears.insert(linear.fullName);
    const bool known =
        std::ranges::any_of(results.clips, [&](const auto& clip) { return linears.contains(clip.linear); }) ||
        std::ranges::any_of(results.scales, [&](const auto& scale) {
            return std::ranges::any_of(scale.consumers, [&](const auto& name) { return linears.contains(name); });
        });
    if (!known)
        badInput("the result file names none of the model's linears", file.string(),
                 "use the result file of this very model; the model's names begin like " +
                     model.linears().front().fullName);
}

} // namespace

AwqResults readGivenResults(const std::filesystem::path& file, const ModelFolder& model) {
    AwqResults results = readAwqResults(file);
    const Renaming renaming(model);
    for (AwqScaleEntry& entry : results.scales) {
        renaming.apply(entry.producer);
        for (std::string& consumer : entry.consumers)
            renaming.apply(consumer);
    }
    for (AwqClipEntry& entry : results.clips)
        renaming.apply(entry.linear);
    requireKnown(results, file, model);
    return results;
}

} // namespace awq::core
