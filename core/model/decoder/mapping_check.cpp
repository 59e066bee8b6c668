// SPDX-License-Identifier: GPL-3.0-or-later
// Compares a block before and after folding random scales.
#include "core/tensor.h"

#include "core/model/decoder/mapping_check_torch.h"

#include <algorithm>
#include <random>

#include "core/cancel.h"
#include "core/model/decoder/decoder_block_torch.h"
#include "core/quant/search/fold_scales_torch.h"

namespace awq::core {
namespace {

constexpr std::int64_t mostTokens = 16;
constexpr std::uint64_t hiddenSeed = 1, firstScaleSeed = 100;

at::Tensor randomValues(std::int64_t count, std::uint64_t seed) {
    std::mt19937_64 random(seed);
    std::uniform_real_distribution<double> uniform(-1, 1);
    at::Tensor values = at::empty({count}, at::kDouble);
    for (std::int64_t i = 0; i < count; ++i)
        values.data_ptr<double>()[i] = uniform(random);
    return values;
}

std::int64_t tokensFor(const EmbeddingSpec& embedding) {
    return embedding.positions.empty() ? mostTokens
                                       : std::min(mostTokens, embedding.positionRows - embedding.positionOffset);
}

// Stops the forward pass before its next linear.
class StopCheck : public LinearObserver {
public:
    explicit StopCheck(std::stop_token stop) : m_stop(std::move(stop)) {}
    void onLinear(const std::string&, const at::Tensor&) override { throwIfStopped(m_stop); }

private:
    std::stop_token m_stop;
};

struct Probe {
    const DecoderSpec& spec;
    int block;
    std::stop_token stop;
    at::Tensor hidden;
    SequenceContext context;

    Probe(const DecoderSpec& decoder, int index, std::stop_token stopped)
        : spec(decoder), block(index), stop(std::move(stopped)),
          context(decoder, tokensFor(decoder.embedding), {at::kCPU, at::kDouble}) {
        hidden = randomValues(context.length() * decoder.hidden, hiddenSeed).view({1, context.length(), -1});
    }

    const BlockSpec& blockSpec() const { return spec.blocks.at(block); }
    at::Tensor run(const BlockWeights& weights) const {
        StopCheck check(stop);
        return forwardBlock(blockSpec(), weights, hidden, context, &check);
    }

    // Relative change of the block's output when the sets at these indices are folded.
    double difference(const BlockWeights& weights, const std::vector<std::size_t>& sets) const {
        const at::Tensor before = run(weights);
        BlockWeights folded = weights;
        for (std::size_t index : sets) {
            throwIfStopped(stop);
            const ScaleSet& set = blockSpec().scaleSets[index];
            foldScale(folded, set, randomChannelScale(folded, set, firstScaleSeed + index));
        }
        const double change = (run(folded) - before).abs().max().item<double>();
        return change / before.abs().max().item<double>();
    }
};

} // namespace

at::Tensor randomChannelScale(const BlockWeights& weights, const ScaleSet& set, std::uint64_t seed) {
    return at::exp2(randomValues(weights.at(set.consumers.front() + ".weight").size(1), seed));
}

MappingCheck verifyMapping(const DecoderSpec& spec, int block, const BlockWeights& weights, std::stop_token stop) {
    const c10::InferenceMode inference;
    const Probe probe(spec, block, std::move(stop));
    std::vector<std::size_t> sets;
    for (std::size_t i = 0; i < probe.blockSpec().scaleSets.size(); ++i)
        if (probe.blockSpec().scaleSets[i].use == ScaleSetUse::standard)
            sets.push_back(i);
    MappingCheck check{block, int(sets.size()), probe.difference(weights, sets), {}};
    if (!check.ok())
        for (std::size_t set : sets)
            if (!(probe.difference(weights, {set}) <= MappingCheck::tolerance))
                check.broken.push_back(probe.blockSpec().scaleSets[set].producer);
    return check;
}

MappingCheck verifyMapping(const ModelFolder& folder, int block, std::stop_token stop) {
    return verifyMapping(folder.spec(), block, loadBlock(folder, block, {at::kCPU, at::kDouble}), std::move(stop));
}

} // namespace awq::core
