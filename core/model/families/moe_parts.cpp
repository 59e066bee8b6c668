// SPDX-License-Identifier: GPL-3.0-or-later
// Mixtures of experts and their scale sets.
#include "core/model/families/moe_parts.h"

#include <algorithm>
#include <utility>

namespace awq::core {
namespace {

// Experts, shared expert, router and shared gate read one norm, so they share one scale.
ScaleSet inputSet(const NormSpec& norm, const MoeSpec& moe) {
    std::vector<std::string> consumers;
    for (const MlpSpec& expert : moe.expert)
        consumers.insert(consumers.end(), {expert.gate.name, expert.up.name});
    if (moe.sharedExpert)
        consumers.insert(consumers.end(), {moe.sharedExpert->gate.name, moe.sharedExpert->up.name});
    ScaleSet set = normSet(norm, std::move(consumers), inspectMlp(moe.name));
    set.inputOf = moe.router.name;
    set.followers = {moe.router.name};
    if (moe.sharedGate)
        set.followers.push_back(moe.sharedGate.name);
    return set;
}

} // namespace

MoeSpec readMoe(const Config& config, SettingNames experts, const std::string& name, std::int64_t hidden) {
    MoeSpec moe;
    moe.name = name;
    moe.experts = readCount(config, experts, 0);
    moe.expertsPerToken = readSize(config, {"num_experts_per_tok"}, 0);
    if (moe.expertsPerToken > moe.experts)
        config.refuse("num_experts_per_tok", "there are " + std::to_string(moe.experts) + " experts");
    moe.router = {name + ".gate", moe.experts, hidden, false, LinearRole::router};
    return moe;
}

void setMoe(BlockSpec& block, MoeSpec moe) {
    std::erase_if(block.scaleSets, [&](const ScaleSet& set) {
        return set.producer == block.mlpNorm.name || set.producer == block.mlp.up.name;
    });
    block.scaleSets.push_back(inputSet(block.mlpNorm, moe));
    for (const MlpSpec& expert : moe.expert)
        block.scaleSets.push_back(linearSet(expert.up, expert.down));
    if (moe.sharedExpert)
        block.scaleSets.push_back(linearSet(moe.sharedExpert->up, moe.sharedExpert->down));
    block.mlp = {};
    block.moe = std::move(moe);
}

} // namespace awq::core
