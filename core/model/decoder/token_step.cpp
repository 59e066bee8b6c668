// SPDX-License-Identifier: GPL-3.0-or-later
// Launches the kernels of a decode step.
#include "core/tensor.h"

#include "core/model/decoder/token_step_torch.h"

#include <algorithm>
#include <array>
#include <optional>

#include "core/model/decoder/kernel_call_torch.h"
#include "core/model/rope.h"
#include "kernels/activation.h"
#include "kernels/attention.h"
#include "kernels/norm.h"
#include "kernels/rope.h"

namespace awq::core {

using kernels::Overlap;

// Query, key or value heads: head h of a sequence begins at offset + h * stride of its row of qkv.
struct TokenStep::HeadPlace {
    std::int64_t heads, offset, stride;
};

namespace {

bool coversAttention(const AttentionSpec& spec) {
    constexpr std::array<std::int64_t, 7> widths = {64, 80, 96, 128, 160, 192, 256};
    const bool plainRows =
        !spec.qkv || spec.fusedRows == FusedRows::contiguous || spec.kvHeads == 1 || spec.kvHeads == spec.heads;
    return plainRows && spec.clipQkv == 0 && !(spec.alibi && spec.alibi->bfloat16) &&
           std::find(widths.begin(), widths.end(), spec.headDim) != widths.end();
}

bool coversBlock(const BlockSpec& block, const BlockWeights& weights) {
    const bool scaled = weights.find(block.mlp.activationName + ".scales").defined();
    return !block.moe && !block.residualAfterNorm && !scaled && coversAttention(block.attention) &&
           block.attention.scale > 0;
}

bool sameHeads(const AttentionSpec& a, const AttentionSpec& b) {
    return a.heads == b.heads && a.kvHeads == b.kvHeads && a.headDim == b.headDim;
}

kernels::ActivationArgs::Kind kindOf(Activation activation) {
    using Kind = kernels::ActivationArgs::Kind;
    switch (activation) {
    case Activation::relu:
        return Kind::relu;
    case Activation::silu:
        return Kind::silu;
    case Activation::gelu:
        return Kind::geluErf;
    case Activation::geluTanh:
        return Kind::geluTanh;
    case Activation::quickGelu:
        return Kind::quickGelu;
    }
    return Kind::identity;
}

std::vector<LinearSpec> inputsOf(const AttentionSpec& spec) {
    return spec.qkv ? std::vector{spec.qkv} : std::vector{spec.query, spec.key, spec.value};
}

std::vector<LinearSpec> inputsOf(const MlpSpec& spec) {
    return spec.gate ? std::vector{spec.gate, spec.up} : std::vector{spec.up};
}

at::Tensor slopesOf(const AttentionSpec& spec, const at::Device& device) {
    if (!spec.alibi)
        return {};
    const std::vector<double> slopes = alibiSlopes(spec.heads, spec.alibi->maximumBias);
    return (at::tensor(slopes) * (spec.alibi->beforeScale ? spec.scale : 1.0)).to(at::kFloat).to(device);
}

} // namespace

bool TokenStep::covers(const DecoderSpec& spec, const std::vector<BlockWeights>& blocks, const ComputePlace& place) {
    if (!place.device.is_cuda() || (place.dtype != at::kHalf && place.dtype != at::kBFloat16))
        return false;
    if (!kernels::cudaAvailable() || !spec.head.norm || spec.head.projectOut)
        return false;
    for (std::size_t i = 0; i < blocks.size(); ++i)
        if (!coversBlock(spec.blocks[i], blocks[i]) ||
            !sameHeads(spec.blocks[i].attention, spec.blocks.front().attention))
            return false;
    return true;
}

TokenStep::TokenStep(const DecoderSpec& spec, std::vector<BlockWeights>& blocks, BlockWeights& head,
                     const SequenceContext& context, const ComputePlace& place, std::int64_t capacity)
    : m_spec(spec), m_blocks(blocks), m_head(head), m_place(place), m_capacity(capacity) {
    for (std::size_t i = 0; i < blocks.size(); ++i) {
        const BlockSpec& block = spec.blocks[i];
        m_steps.push_back({StepProducts(inputsOf(block.attention), blocks[i]),
                           StepProducts({block.attention.out}, blocks[i]), StepProducts(inputsOf(block.mlp), blocks[i]),
                           StepProducts({block.mlp.down}, blocks[i])});
    }
    m_logitsOf = StepProducts({spec.head.linear}, head);
    const AttentionSpec& attention = spec.blocks.front().attention;
    if (attention.rope) {
        const auto table = [&](const at::Tensor& values) {
            return values.narrow(1, 0, attention.rope->rotaryDim / 2).to(at::kFloat).contiguous();
        };
        m_cosines = table(context.cosine());
        m_sines = table(context.sine());
    }
    m_slopes = slopesOf(attention, place.device);
}

void TokenStep::prepare(std::int64_t sequences) {
    const at::TensorOptions options = at::TensorOptions(m_place.device).dtype(m_place.dtype);
    const auto rows = [&](std::int64_t width) { return at::zeros({sequences, width}, options); };
    const BlockSpec& block = m_spec.blocks.front();
    const AttentionSpec& attention = block.attention;
    std::int64_t inner = 0, mlpIn = 0, qkv = 0;
    for (std::size_t i = 0; i < m_steps.size(); ++i) {
        inner = std::max(inner, m_spec.blocks[i].mlp.down.in);
        mlpIn = std::max(mlpIn, m_steps[i].mlpIn.rows());
        qkv = std::max(qkv, m_steps[i].qkv.rows());
    }
    m_hidden = rows(m_spec.hidden);
    m_normed = rows(m_spec.hidden);
    m_mlpNormed = rows(m_spec.hidden);
    m_added = rows(m_spec.hidden);
    m_qkv = rows(qkv);
    m_query = rows(attention.heads * attention.headDim);
    m_mixed = at::zeros_like(m_query);
    m_mlpIn = rows(mlpIn);
    m_mlpOut = rows(inner);
    m_logits = rows(m_logitsOf.rows());
    m_positions = at::zeros({sequences}, options.dtype(at::kInt));
    m_lengths = at::zeros_like(m_positions);
    m_slots = at::zeros({sequences}, options.dtype(at::kLong));
    kernels::DecodeAttentionArgs most;
    most.type = kernelType(m_place.dtype);
    most.batch = sequences;
    most.heads = attention.heads;
    most.kvHeads = attention.kvHeads;
    most.headDim = attention.headDim;
    most.maxLength = m_capacity;
    m_workspace = at::empty({kernels::decodeAttentionWorkspace(most)}, options.dtype(at::kByte));
}

void TokenStep::setInput(const at::Tensor& hidden, std::int64_t position) {
    m_hidden.copy_(hidden);
    m_positions.fill_(position);
    m_lengths.fill_(position + 1);
    const std::int64_t perSequence = m_spec.blocks.front().attention.kvHeads * m_capacity;
    at::arange_out(m_slots, at::Scalar(position), at::Scalar(position + sequences() * perSequence),
                   at::Scalar(perSequence));
}

void TokenStep::launch(const std::vector<KeyValueCache>& caches, std::int64_t keys) const {
    for (std::size_t i = 0; i < m_steps.size(); ++i)
        runBlock(m_spec.blocks[i], m_blocks[i], m_steps[i], caches[i], keys, i == 0);
    const bool complete = m_spec.blocks.back().wiring == Wiring::postNorm;
    norm(m_spec.head.norm, m_head, complete ? m_hidden : m_added, complete ? at::Tensor() : m_hidden, {}, m_normed);
    m_logitsOf.apply(m_normed, m_logits);
}

void TokenStep::norm(const NormSpec& spec, const BlockWeights& weights, const at::Tensor& input,
                     const at::Tensor& residual, const at::Tensor& sum, const at::Tensor& output) const {
    kernels::NormArgs args;
    args.kind = spec.kind == NormKind::rms ? kernels::NormArgs::Kind::rms : kernels::NormArgs::Kind::layer;
    args.type = kernelType(m_place.dtype);
    args.rows = input.size(0);
    args.columns = input.size(1);
    args.epsilon = float(spec.epsilon);
    args.input = input.const_data_ptr();
    args.inputStride = input.stride(0);
    if (residual.defined()) {
        args.residual = residual.const_data_ptr();
        args.residualStride = residual.stride(0);
    }
    if (sum.defined()) {
        args.sum = sum.mutable_data_ptr();
        args.sumStride = sum.stride(0);
    }
    args.weight = weights.at(spec.name + ".weight").const_data_ptr();
    args.bias = spec.bias ? weights.at(spec.name + ".bias").const_data_ptr() : nullptr;
    args.output = output.mutable_data_ptr();
    args.outputStride = output.stride(0);
    requireOk(kernels::cuda::norm(args, kernelStream(m_place.device), Overlap::yes), "norm");
}

void TokenStep::runBlock(const BlockSpec& block, const BlockWeights& weights, const Block& step,
                         const KeyValueCache& cache, std::int64_t keys, bool first) const {
    if (block.wiring == Wiring::postNorm) {
        attend(block.attention, weights, step, m_hidden, cache, keys);
        norm(block.attentionNorm, weights, m_added, m_hidden, {}, m_hidden);
        runMlp(block.mlp, step, m_hidden);
        norm(block.mlpNorm, weights, m_added, m_hidden, {}, m_hidden);
        return;
    }
    // What the block before has to add comes with the first norm.
    if (first)
        norm(block.attentionNorm, weights, m_hidden, {}, {}, m_normed);
    else
        norm(block.attentionNorm, weights, m_added, m_hidden, m_hidden, m_normed);
    if (block.wiring == Wiring::sequential) {
        attend(block.attention, weights, step, m_normed, cache, keys);
        norm(block.mlpNorm, weights, m_added, m_hidden, m_hidden, m_normed);
        runMlp(block.mlp, step, m_normed);
        return;
    }
    if (block.mlpNorm)
        norm(block.mlpNorm, weights, m_hidden, {}, {}, m_mlpNormed);
    attend(block.attention, weights, step, m_normed, cache, keys);
    m_hidden.add_(m_added);
    runMlp(block.mlp, step, block.mlpNorm ? m_mlpNormed : m_normed);
}

void TokenStep::attend(const AttentionSpec& spec, const BlockWeights& weights, const Block& step,
                       const at::Tensor& input, const KeyValueCache& cache, std::int64_t keys) const {
    step.qkv.apply(input, m_qkv.narrow(1, 0, step.qkv.rows()));
    const std::int64_t d = spec.headDim;
    const bool interleaved = spec.qkv && spec.fusedRows == FusedRows::grouped && spec.kvHeads == spec.heads;
    const std::int64_t stride = interleaved ? 3 * d : d, after = interleaved ? d : spec.heads * d;
    const HeadPlace query{spec.heads, 0, stride}, key{spec.kvHeads, after, stride},
        value{spec.kvHeads, interleaved ? 2 * d : after + spec.kvHeads * d, stride};
    if (spec.queryNorm) {
        normHeads(spec.queryNorm, weights, query);
        normHeads(spec.keyNorm, weights, key);
    }
    std::array parts = {headsTo(m_query, spec, query, true), headsTo(cache.allKeys(), spec, key, true),
                        headsTo(cache.allValues(), spec, value, false)};
    parts[0].outputTokenStride = spec.heads * d;
    parts[0].outputHeadStride = d;
    parts[0].outputSlots = nullptr;
    requireOk(kernels::cuda::rope({parts.data(), parts.size()}, kernelStream(m_place.device), Overlap::yes), "rope");
    mixKeys(spec, cache, keys);
    step.out.apply(m_mixed, m_added);
}

void TokenStep::normHeads(const NormSpec& spec, const BlockWeights& weights, const HeadPlace& place) const {
    for (std::int64_t sequence = 0; sequence < sequences(); ++sequence) {
        const at::Tensor heads = m_qkv[sequence].as_strided({place.heads, spec.width}, {place.stride, 1},
                                                            sequence * m_qkv.stride(0) + place.offset);
        norm(spec, weights, heads, {}, {}, heads);
    }
}

// From qkv to the new token's place in a cache, turned by its position.
kernels::RopeArgs TokenStep::headsTo(const at::Tensor& cache, const AttentionSpec& spec, const HeadPlace& place,
                                     bool turn) const {
    kernels::RopeArgs args;
    args.type = kernelType(m_place.dtype);
    args.tokens = sequences();
    args.heads = place.heads;
    args.headDim = spec.headDim;
    args.positions = m_positions.const_data_ptr<std::int32_t>();
    if (turn && spec.rope) {
        args.rotaryDim = spec.rope->rotaryDim;
        args.cosines = m_cosines.const_data_ptr<float>();
        args.sines = m_sines.const_data_ptr<float>();
        args.tablePositions = m_capacity;
    }
    args.input = static_cast<const std::byte*>(m_qkv.const_data_ptr()) + place.offset * m_qkv.element_size();
    args.inputTokenStride = m_qkv.stride(0);
    args.inputHeadStride = place.stride;
    args.output = cache.mutable_data_ptr();
    args.outputTokenStride = spec.headDim;
    args.outputHeadStride = m_capacity * spec.headDim;
    args.outputSlots = m_slots.const_data_ptr<std::int64_t>();
    return args;
}

void TokenStep::mixKeys(const AttentionSpec& spec, const KeyValueCache& cache, std::int64_t keys) const {
    kernels::DecodeAttentionArgs args;
    args.type = kernelType(m_place.dtype);
    args.batch = sequences();
    args.heads = spec.heads;
    args.kvHeads = spec.kvHeads;
    args.headDim = spec.headDim;
    args.scale = float(spec.scale);
    args.query = m_query.const_data_ptr();
    args.keys = cache.allKeys().const_data_ptr();
    args.values = cache.allValues().const_data_ptr();
    args.batchStride = cache.allKeys().stride(0);
    args.headStride = cache.allKeys().stride(1);
    args.tokenStride = cache.allKeys().stride(2);
    args.lengths = m_lengths.const_data_ptr<std::int32_t>();
    args.maxLength = keys;
    args.window = spec.window;
    args.slopes = m_slopes.defined() ? m_slopes.const_data_ptr<float>() : nullptr;
    args.output = m_mixed.mutable_data_ptr();
    args.workspace = m_workspace.mutable_data_ptr();
    args.workspaceBytes = std::int64_t(m_workspace.nbytes());
    requireOk(kernels::cuda::decodeAttention(args, kernelStream(m_place.device), Overlap::yes), "attention");
}

void TokenStep::runMlp(const MlpSpec& spec, const Block& step, const at::Tensor& input) const {
    step.mlpIn.apply(input, m_mlpIn.narrow(1, 0, step.mlpIn.rows()));
    const at::Tensor inner = m_mlpOut.narrow(1, 0, spec.down.in);
    kernels::ActivationArgs args;
    args.kind = kindOf(spec.activation);
    args.type = kernelType(m_place.dtype);
    args.rows = sequences();
    args.columns = spec.down.in;
    args.gate = m_mlpIn.const_data_ptr();
    args.gateStride = m_mlpIn.stride(0);
    if (spec.gate) {
        args.up = static_cast<const std::byte*>(m_mlpIn.const_data_ptr()) + spec.gate.out * m_mlpIn.element_size();
        args.upStride = m_mlpIn.stride(0);
    }
    args.output = inner.mutable_data_ptr();
    args.outputStride = inner.stride(0);
    requireOk(kernels::cuda::activation(args, kernelStream(m_place.device), Overlap::yes), "activation");
    step.down.apply(inner, m_added);
}

} // namespace awq::core
