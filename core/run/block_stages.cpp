// SPDX-License-Identifier: GPL-3.0-or-later
// Stages from the wiring of a block.
#include "core/tensor.h"

#include "core/run/block_stages_torch.h"

namespace awq::core {
namespace {

void addStage(std::vector<BlockStage>& stages, std::initializer_list<const LinearSpec*> linears,
              Correction correction) {
    BlockStage stage{{}, correction};
    for (const LinearSpec* linear : linears)
        if (*linear)
            stage.linears.push_back(*linear);
    if (!stage.linears.empty())
        stages.push_back(std::move(stage));
}

} // namespace

std::vector<BlockStage> stagesOf(const BlockSpec& block) {
    const AttentionSpec& attention = block.attention;
    const bool plainResidual = block.wiring != Wiring::parallel && !block.residualAfterNorm;
    std::vector<BlockStage> stages;
    addStage(stages, {&attention.query, &attention.key, &attention.value, &attention.qkv}, Correction::input);
    addStage(stages, {&attention.out}, plainResidual ? Correction::residual : Correction::input);
    if (block.moe) {
        const auto addExpert = [&](const MlpSpec& expert, Correction correction) {
            addStage(stages, {&expert.gate, &expert.up}, correction);
            addStage(stages, {&expert.down}, correction);
        };
        for (const MlpSpec& expert : block.moe->expert)
            addExpert(expert, Correction::none);
        if (block.moe->sharedExpert)
            addExpert(*block.moe->sharedExpert, Correction::input);
        return stages;
    }
    const bool sharesNorm = block.wiring == Wiring::parallel && !block.mlpNorm;
    if (sharesNorm)
        for (const LinearSpec* linear : {&block.mlp.gate, &block.mlp.up})
            if (*linear)
                stages.front().linears.push_back(*linear);
    if (!sharesNorm)
        addStage(stages, {&block.mlp.gate, &block.mlp.up}, Correction::input);
    const bool normAfter = block.wiring == Wiring::postNorm;
    addStage(stages, {&block.mlp.down}, normAfter ? Correction::input : Correction::blockOutput);
    return stages;
}

} // namespace awq::core
