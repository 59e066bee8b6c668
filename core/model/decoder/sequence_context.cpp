// SPDX-License-Identifier: GPL-3.0-or-later
// Rotary tables, windows and ALiBi biases.
#include "core/tensor.h"

#include "core/model/decoder/sequence_context_torch.h"

#include <limits>

#include "core/error.h"
#include "core/model/rope.h"

namespace awq::core {
namespace {

// Angles in float32 as in Transformers; [T, rotaryDim], the halves alike.
at::Tensor rotaryAngles(const RopeSpec& rope, std::int64_t length) {
    std::vector<float> frequencies = inverseFrequencies(rope, length);
    const at::Tensor row = at::from_blob(frequencies.data(), {1, std::int64_t(frequencies.size())}, at::kFloat);
    const at::Tensor angles = at::arange(length, at::kFloat).unsqueeze(1) * row;
    return at::cat({angles, angles}, 1);
}

// Where masks are made: on the device, exact for distances, no wider than need be (they are [heads, T, T]).
at::TensorOptions maskOptions(const ComputePlace& place) {
    return at::TensorOptions(place.device).dtype(place.dtype == at::kDouble ? at::kDouble : at::kFloat);
}

// key - query, [T, T].
at::Tensor distances(std::int64_t length, const at::TensorOptions& options) {
    const at::Tensor positions = at::arange(length, options);
    return positions.unsqueeze(0) - positions.unsqueeze(1);
}

// What ALiBi adds to the scores, [heads, T, T]; a common offset of a query's keys does not matter to softmax.
at::Tensor alibiBias(const AttentionSpec& attention, const at::Tensor& distance) {
    std::vector<double> values = alibiSlopes(attention.heads, attention.alibi->maximumBias);
    const at::Tensor slopes = at::from_blob(values.data(), {attention.heads, 1, 1}, at::kDouble).to(distance.options());
    const at::Tensor scale = at::scalar_tensor(attention.alibi->beforeScale ? attention.scale : 1, distance.options());
    if (!attention.alibi->bfloat16)
        return slopes * scale * distance;
    const at::Tensor keys = at::arange(distance.size(1), distance.options()).expand_as(distance);
    return (slopes.to(at::kBFloat16).to(distance.scalar_type()) * keys).to(at::kBFloat16).to(distance.scalar_type()) *
           scale;
}

at::Tensor makeMask(const AttentionSpec& attention, std::int64_t length, const ComputePlace& place) {
    const at::Tensor distance = distances(length, maskOptions(place));
    at::Tensor hidden = distance > 0;
    if (attention.window > 0)
        hidden = hidden.logical_or(distance <= -attention.window);
    const at::Tensor bias = attention.alibi ? alibiBias(attention, distance) : at::zeros_like(distance);
    const at::Tensor masked = bias.masked_fill(hidden, -std::numeric_limits<double>::infinity());
    return masked.to(place.dtype).view({1, -1, length, length});
}

// Whether attention sees anything but all keys up to the query, equally.
bool needsMask(const AttentionSpec& attention, std::int64_t length) {
    return attention.alibi || (attention.window > 0 && attention.window < length);
}

} // namespace

SequenceContext::SequenceContext(const DecoderSpec& spec, std::int64_t length, const ComputePlace& place)
    : m_length(length) {
    const std::int64_t available = spec.embedding.positionRows - spec.embedding.positionOffset;
    if (!spec.embedding.positions.empty() && length > available)
        badInput("sequences of " + std::to_string(length) + " tokens exceed the " + std::to_string(available) +
                     " positions of the model",
                 spec.embedding.positions, "choose a shorter window or sequence length");
    const std::optional<RopeSpec>& rope = spec.blocks.front().attention.rope;
    if (rope) {
        const at::Tensor angles = rotaryAngles(*rope, length);
        m_cosine = (angles.cos() * rope->attentionFactor).to(place.device, place.dtype);
        m_sine = (angles.sin() * rope->attentionFactor).to(place.device, place.dtype);
    }
    for (const BlockSpec& block : spec.blocks)
        if (needsMask(block.attention, length) && !m_masks.contains(block.attention.window))
            m_masks[block.attention.window] = makeMask(block.attention, length, place);
}

SequenceContext SequenceContext::tail(std::int64_t first, std::int64_t count) const {
    SequenceContext part;
    part.m_length = count;
    part.m_first = first;
    if (m_cosine.defined()) {
        part.m_cosine = m_cosine.narrow(0, first, count);
        part.m_sine = m_sine.narrow(0, first, count);
    }
    for (const auto& [window, mask] : m_masks)
        part.m_masks[window] = mask.narrow(2, first, count).narrow(3, 0, first + count);
    return part;
}

std::optional<at::Tensor> SequenceContext::mask(const AttentionSpec& attention) const {
    const auto found = m_masks.find(attention.window);
    return found == m_masks.end() ? std::nullopt : std::optional(found->second);
}

} // namespace awq::core
