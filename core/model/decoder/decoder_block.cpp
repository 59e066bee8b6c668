// SPDX-License-Identifier: GPL-3.0-or-later
// Puts norms, attention, MLP and residuals of a block together.
#include "core/tensor.h"

#include "core/model/decoder/decoder_block_torch.h"

#include <algorithm>

#include "core/error.h"
#include "core/model/decoder/attention_torch.h"
#include "core/model/decoder/layers_torch.h"
#include "core/model/decoder/mlp_torch.h"

namespace awq::core {
namespace {

struct Forward {
    const BlockSpec& block;
    const BlockWeights& weights;
    const SequenceContext& context;
    LinearObserver* observer;
    KeyValueCache* cache = nullptr;

    at::Tensor attend(const at::Tensor& x) const {
        return shown(InspectedKind::attention, attention(block.attention, weights, x, context, observer, cache));
    }
    at::Tensor mlp(const at::Tensor& x) const { return shown(InspectedKind::mlp, mlpOf(block, weights, x, observer)); }
    at::Tensor shown(InspectedKind kind, at::Tensor output) const {
        if (observer)
            observer->onModule(kind, output);
        return output;
    }
    at::Tensor norm(const NormSpec& spec, const at::Tensor& x) const { return applyNorm(spec, weights, x); }

    at::Tensor sequential(const at::Tensor& hidden) const {
        const at::Tensor attentionInput = norm(block.attentionNorm, hidden);
        const at::Tensor middle = attend(attentionInput) + (block.residualAfterNorm ? attentionInput : hidden);
        const at::Tensor mlpInput = norm(block.mlpNorm, middle);
        return mlp(mlpInput) + (block.residualAfterNorm ? mlpInput : middle);
    }

    at::Tensor parallel(const at::Tensor& hidden) const {
        const at::Tensor attentionInput = norm(block.attentionNorm, hidden);
        const at::Tensor mlpInput = block.mlpNorm ? norm(block.mlpNorm, hidden) : attentionInput;
        const at::Tensor attended = attend(attentionInput);
        return mlp(mlpInput) + attended + hidden;
    }

    at::Tensor postNorm(const at::Tensor& hidden) const {
        const at::Tensor middle = norm(block.attentionNorm, attend(hidden) + hidden);
        return norm(block.mlpNorm, mlp(middle) + middle);
    }

    at::Tensor whole(const at::Tensor& hidden) const {
        switch (block.wiring) {
        case Wiring::sequential:
            return sequential(hidden);
        case Wiring::parallel:
            return parallel(hidden);
        case Wiring::postNorm:
            return postNorm(hidden);
        }
        throw Error(ErrorCode::internal, "unknown wiring");
    }
};

at::Tensor runLinear(const BlockSpec& block, const std::string& name, const BlockWeights& weights,
                     const at::Tensor& input) {
    const std::vector<LinearSpec> linears = linearsOf(block);
    const auto found =
        std::find_if(linears.begin(), linears.end(), [&](const LinearSpec& l) { return l.name == name; });
    if (found == linears.end())
        throw Error(ErrorCode::internal, "the block has no linear '" + name + "'");
    return applyLinear(*found, weights, input);
}

} // namespace

at::Tensor forwardBlock(const BlockSpec& block, const BlockWeights& weights, const at::Tensor& hidden,
                        const SequenceContext& context, LinearObserver* observer, KeyValueCache* cache) {
    return Forward{block, weights, context, observer, cache}.whole(hidden);
}

at::Tensor runModule(const BlockSpec& block, const Inspected& inspected, const BlockWeights& weights,
                     const at::Tensor& input, const SequenceContext& context, LinearObserver* observer) {
    const Forward forward{block, weights, context, observer};
    switch (inspected.kind) {
    case InspectedKind::attention:
        return forward.attend(input);
    case InspectedKind::mlp:
        return forward.mlp(input);
    case InspectedKind::branches:
        return forward.attend(input) + forward.mlp(input);
    case InspectedKind::linear:
        return runLinear(block, inspected.name, weights, input);
    case InspectedKind::block:
        return forward.whole(input);
    }
    throw Error(ErrorCode::internal, "unknown inspected module");
}

} // namespace awq::core
