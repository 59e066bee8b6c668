// SPDX-License-Identifier: GPL-3.0-or-later
// Causal self-attention.
#include "core/tensor.h"

#include "core/model/decoder/attention_torch.h"

#include "core/model/decoder/layers_torch.h"
#include "core/model/decoder/observed_linear_torch.h"

namespace awq::core {
namespace {

// [B, T, heads, d] each.
struct Heads {
    at::Tensor query, key, value;
};

Heads splitFused(const AttentionSpec& spec, const at::Tensor& rows) {
    const std::int64_t batch = rows.size(0), length = rows.size(1), d = spec.headDim;
    if (spec.fusedRows == FusedRows::contiguous) {
        const auto parts =
            rows.view({batch, length, -1, d}).split_with_sizes({spec.heads, spec.kvHeads, spec.kvHeads}, 2);
        return {parts[0], parts[1], parts[2]};
    }
    const std::int64_t shared = spec.heads / spec.kvHeads;
    const at::Tensor groups = rows.view({batch, length, spec.kvHeads, shared + 2, d});
    return {groups.narrow(3, 0, shared).reshape({batch, length, spec.heads, d}), groups.select(3, shared),
            groups.select(3, shared + 1)};
}

Heads project(const AttentionSpec& spec, const BlockWeights& weights, const at::Tensor& x, LinearObserver* observer) {
    const auto clipped = [&](const at::Tensor& rows) {
        return spec.clipQkv > 0 ? rows.clamp(-spec.clipQkv, spec.clipQkv) : rows;
    };
    if (spec.qkv)
        return splitFused(spec, clipped(observedLinear(spec.qkv, weights, x, observer)));
    const auto heads = [&](const LinearSpec& linear, std::int64_t count) {
        return clipped(observedLinear(linear, weights, x, observer)).view({x.size(0), x.size(1), count, spec.headDim});
    };
    return {heads(spec.query, spec.heads), heads(spec.key, spec.kvHeads), heads(spec.value, spec.kvHeads)};
}

// x [B, heads, T, d]; the first rotaryDim elements turn.
at::Tensor rotated(const at::Tensor& x, const RopeSpec& rope, const SequenceContext& context) {
    const at::Tensor turning = x.narrow(-1, 0, rope.rotaryDim);
    const auto halves = turning.chunk(2, -1);
    const at::Tensor turned = turning * context.cosine() + at::cat({-halves[1], halves[0]}, -1) * context.sine();
    if (rope.rotaryDim == x.size(-1))
        return turned;
    return at::cat({turned, x.narrow(-1, rope.rotaryDim, x.size(-1) - rope.rotaryDim)}, -1);
}

// [B, kvHeads, T, d] -> [B, heads, T, d]; head h reads key-value head h / (heads / kvHeads).
at::Tensor repeated(const at::Tensor& x, std::int64_t times) {
    return times == 1 ? x : x.repeat_interleave(times, 1);
}

} // namespace

at::Tensor attention(const AttentionSpec& spec, const BlockWeights& weights, const at::Tensor& x,
                     const SequenceContext& context, LinearObserver* observer, KeyValueCache* cache) {
    auto [query, key, value] = project(spec, weights, x, observer);
    if (spec.queryNorm) {
        query = applyNorm(spec.queryNorm, weights, query);
        key = applyNorm(spec.keyNorm, weights, key);
    }
    if (spec.scaleQuery)
        query = query * spec.scale;
    query = query.transpose(1, 2);
    key = key.transpose(1, 2);
    if (spec.rope) {
        query = rotated(query, *spec.rope, context);
        key = rotated(key, *spec.rope, context);
    }
    value = value.transpose(1, 2);
    if (cache) {
        cache->append(key, value);
        key = cache->keys();
        value = cache->values();
    }
    const std::int64_t shared = spec.heads / spec.kvHeads;
    const std::optional<at::Tensor> mask = context.mask(spec);
    const bool causal = !mask && context.length() > 1; // a single new token sees every key
    const at::Tensor mixed = at::scaled_dot_product_attention(query, repeated(key, shared), repeated(value, shared),
                                                              mask, 0.0, causal, spec.scaleQuery ? 1.0 : spec.scale);
    return observedLinear(spec.out, weights, mixed.transpose(1, 2).flatten(2), observer);
}

} // namespace awq::core
