// SPDX-License-Identifier: GPL-3.0-or-later
// Causal self-attention.
#include "core/tensor.h"

#include "core/model/decoder/attention_torch.h"

#include "core/model/decoder/kernel_calls_torch.h"
#include "core/model/decoder/layers_torch.h"
#include "core/model/decoder/observed_linear_torch.h"
#include "kernels/rope.h"

namespace awq::core {
namespace {

// [B, T, heads, d] each.
struct Heads {
    at::Tensor query, key, value;
};

at::Tensor clipped(const AttentionSpec& spec, const at::Tensor& rows) {
    return spec.clipQkv > 0 ? rows.clamp(-spec.clipQkv, spec.clipQkv) : rows;
}

// rows [B, T, (heads + 2 kvHeads) d].
Heads splitRows(const AttentionSpec& spec, const at::Tensor& rows) {
    const std::int64_t batch = rows.size(0), length = rows.size(1), d = spec.headDim;
    if (!spec.qkv || spec.fusedRows == FusedRows::contiguous) {
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
    if (spec.qkv)
        return splitRows(spec, clipped(spec, observedLinear(spec.qkv, weights, x, observer)));
    const auto heads = [&](const LinearSpec& linear, std::int64_t count) {
        return clipped(spec, observedLinear(linear, weights, x, observer))
            .view({x.size(0), x.size(1), count, spec.headDim});
    };
    return {heads(spec.query, spec.heads), heads(spec.key, spec.kvHeads), heads(spec.value, spec.kvHeads)};
}

// x [B, T, heads, d] -> the same, contiguous: one read and one write.
at::Tensor rotatedByKernel(const at::Tensor& x, const RopeSpec& rope, const SequenceContext& context) {
    const std::int64_t batch = x.size(0), length = x.size(1), heads = x.size(2), d = x.size(3);
    const auto table = [&](const at::Tensor& values) {
        return values.narrow(1, 0, rope.rotaryDim / 2).to(at::kFloat).contiguous();
    };
    const at::Tensor cosines = table(context.cosine()), sines = table(context.sine());
    const at::Tensor positions = at::arange(length, x.options().dtype(at::kInt)).repeat({batch});
    at::Tensor turned = at::empty({batch, length, heads, d}, x.options());
    kernels::RopeArgs args;
    args.type = kernelType(x.scalar_type());
    args.tokens = batch * length;
    args.heads = heads;
    args.headDim = d;
    args.rotaryDim = rope.rotaryDim;
    args.positions = positions.const_data_ptr<std::int32_t>();
    args.cosines = cosines.const_data_ptr<float>();
    args.sines = sines.const_data_ptr<float>();
    args.tablePositions = length;
    args.input = x.const_data_ptr();
    args.inputTokenStride = x.stride(1);
    args.inputHeadStride = x.stride(2);
    args.output = turned.mutable_data_ptr();
    args.outputTokenStride = turned.stride(1);
    args.outputHeadStride = turned.stride(2);
    requireLaunched(kernels::cuda::rope(args, nullptr), "rope");
    return turned;
}

// x [B, T, heads, d]; the first rotaryDim elements turn.
at::Tensor rotated(const at::Tensor& x, const RopeSpec& rope, const SequenceContext& context) {
    if (kernelsTake(x) && x.stride(3) == 1 && (x.size(0) == 1 || x.stride(0) == x.size(1) * x.stride(1)))
        return rotatedByKernel(x, rope, context);
    const at::Tensor turning = x.narrow(-1, 0, rope.rotaryDim);
    const auto halves = turning.chunk(2, -1);
    const at::Tensor turned =
        turning * context.cosine().unsqueeze(1) + at::cat({-halves[1], halves[0]}, -1) * context.sine().unsqueeze(1);
    if (rope.rotaryDim == x.size(-1))
        return turned;
    return at::cat({turned, x.narrow(-1, rope.rotaryDim, x.size(-1) - rope.rotaryDim)}, -1);
}

// [B, kvHeads, T, d] -> [B, heads, T, d]; head h reads key-value head h / (heads / kvHeads).
at::Tensor repeated(const at::Tensor& x, std::int64_t times) {
    return times == 1 ? x : x.repeat_interleave(times, 1);
}

// -> [B, T, heads d].
at::Tensor mix(const AttentionSpec& spec, const BlockWeights& weights, Heads heads, const SequenceContext& context,
               KeyValueCache* cache) {
    auto& [query, key, value] = heads;
    if (spec.queryNorm) {
        query = applyNorm(spec.queryNorm, weights, query);
        key = applyNorm(spec.keyNorm, weights, key);
    }
    if (spec.scaleQuery)
        query = query * spec.scale;
    if (spec.rope) {
        query = rotated(query, *spec.rope, context);
        key = rotated(key, *spec.rope, context);
    }
    query = query.transpose(1, 2);
    key = key.transpose(1, 2);
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
    return mixed.transpose(1, 2).flatten(2);
}

} // namespace

at::Tensor attention(const AttentionSpec& spec, const BlockWeights& weights, const at::Tensor& x,
                     const SequenceContext& context, LinearObserver* observer, KeyValueCache* cache) {
    const at::Tensor mixed = mix(spec, weights, project(spec, weights, x, observer), context, cache);
    return observedLinear(spec.out, weights, mixed, observer);
}

at::Tensor mixedHeads(const AttentionSpec& spec, const BlockWeights& weights, const at::Tensor& rows,
                      const SequenceContext& context) {
    return mix(spec, weights, splitRows(spec, clipped(spec, rows)), context, nullptr);
}

} // namespace awq::core
