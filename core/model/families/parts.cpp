// SPDX-License-Identifier: GPL-3.0-or-later
// Scale sets and settings that family pages share.
#include "core/model/families/parts.h"

#include <array>
#include <cmath>
#include <utility>

#include "core/error.h"

namespace awq::core {
namespace {

constexpr std::array<std::pair<std::string_view, Activation>, 8> activations{{
    {"relu", Activation::relu},
    {"silu", Activation::silu},
    {"swish", Activation::silu},
    {"gelu", Activation::gelu},
    {"gelu_new", Activation::geluTanh},
    {"gelu_pytorch_tanh", Activation::geluTanh},
    {"gelu_fast", Activation::geluTanh},
    {"quick_gelu", Activation::quickGelu},
}};

std::int64_t readBounded(const Config& config, SettingNames names, std::int64_t fallback, std::int64_t largest) {
    const std::int64_t size = fallback > 0 ? config.integer(names, fallback) : config.integer(names);
    if (size >= 1 && size <= largest)
        return size;
    for (std::string_view name : names)
        if (config.has({name}))
            config.refuse(name, "it must be between 1 and " + std::to_string(largest));
    throw Error(ErrorCode::internal, "a family's own size is out of range");
}

} // namespace

ScaleSet normSet(const NormSpec& norm, std::vector<std::string> consumers, Inspected inspected) {
    ScaleSet set;
    set.kind = ProducerKind::norm;
    set.producer = norm.name;
    set.inputOf = consumers.front();
    set.consumers = std::move(consumers);
    set.inspected = std::move(inspected);
    return set;
}

ScaleSet linearSet(const LinearSpec& producer, const LinearSpec& consumer, std::int64_t firstRow) {
    ScaleSet set;
    set.kind = ProducerKind::linear;
    set.producer = producer.name;
    set.firstRow = firstRow;
    set.consumers = {consumer.name};
    set.inspected = inspectLinear(consumer);
    set.inputOf = consumer.name;
    return set;
}

ScaleSet activationSet(const MlpSpec& mlp) {
    ScaleSet set;
    set.kind = ProducerKind::activation;
    set.producer = mlp.activationName;
    set.consumers = {mlp.down.name};
    set.inspected = inspectLinear(mlp.down);
    set.inputOf = mlp.down.name;
    return set;
}

ScaleSet skipped(ScaleSet set, const std::string& reason) {
    set.use = ScaleSetUse::skipped;
    set.reason = reason;
    return set;
}

ScaleSet valueSet(const AttentionSpec& attention) {
    const LinearSpec& value = attention.value;
    const LinearSpec& out = attention.out;
    ScaleSet set = linearSet(value, out);
    if (value.out == out.in)
        return set;
    return skipped(std::move(set), std::to_string(attention.heads / attention.kvHeads) +
                                       " query heads share each value head: " + std::to_string(value.out) +
                                       " rows of " + value.name + " feed " + std::to_string(out.in) + " channels of " +
                                       out.name + ", so they cannot take one scale per channel");
}

ScaleSet fusedValueSet(const AttentionSpec& attention) {
    return skipped(linearSet(attention.qkv, attention.out),
                   attention.heads == attention.kvHeads
                       ? "the value rows of " + attention.qkv.name + " lie between query and key rows"
                       : std::to_string(attention.heads / attention.kvHeads) +
                             " query heads share each value head, so its rows cannot take one scale per channel of " +
                             attention.out.name);
}

std::vector<ScaleSet> gptScaleSets(const BlockSpec& block) {
    return {normSet(block.attentionNorm, {block.attention.qkv.name}, inspectAttention(block.attention)),
            fusedValueSet(block.attention), normSet(block.mlpNorm, {block.mlp.up.name}, inspectMlp(block.mlp.name)),
            activationSet(block.mlp)};
}

Inspected inspectAttention(const AttentionSpec& attention) {
    return {InspectedKind::attention, attention.name};
}
Inspected inspectMlp(const std::string& name) {
    return {InspectedKind::mlp, name};
}
Inspected inspectLinear(const LinearSpec& linear) {
    return {InspectedKind::linear, linear.name};
}

void setHeadDim(AttentionSpec& attention, std::int64_t headDim) {
    attention.headDim = headDim;
    attention.scale = 1 / std::sqrt(double(headDim));
}

AttentionSpec fusedAttention(const FusedAttentionNames& names, std::int64_t hidden, std::int64_t heads,
                             std::int64_t kvHeads, FusedRows rows, bool bias) {
    AttentionSpec attention;
    attention.name = names.module;
    attention.heads = heads;
    attention.kvHeads = kvHeads;
    setHeadDim(attention, hidden / heads);
    attention.fusedRows = rows;
    attention.qkv = {names.qkv, (heads + 2 * kvHeads) * attention.headDim, hidden, bias, LinearRole::qkv};
    attention.out = {names.out, hidden, hidden, bias, LinearRole::attentionOut};
    return attention;
}

MlpSpec plainMlp(const PlainMlpNames& names, std::int64_t hidden, std::int64_t intermediate, bool bias) {
    MlpSpec mlp;
    mlp.name = names.module;
    mlp.activationName = names.activation;
    mlp.up = {names.up, intermediate, hidden, bias, LinearRole::up};
    mlp.down = {names.down, hidden, intermediate, bias, LinearRole::down};
    return mlp;
}

Activation readActivation(const Config& config, SettingNames names, const std::string& fallback) {
    const std::string text = config.text(names, fallback);
    for (const auto& [name, activation] : activations)
        if (text == name)
            return activation;
    for (std::string_view name : names)
        if (config.has({name}))
            config.refuse(name, "known activations are relu, silu, gelu and its approximations");
    throw Error(ErrorCode::internal, "a family's own activation '" + text + "' is unknown");
}

std::int64_t readSize(const Config& config, SettingNames names, std::int64_t fallback) {
    return readBounded(config, names, fallback, std::int64_t(1) << 24);
}

std::int64_t readCount(const Config& config, SettingNames names, std::int64_t fallback) {
    return readBounded(config, names, fallback, 512);
}

void requireDivisible(const Config& config, std::int64_t value, std::int64_t divisor, std::string_view setting) {
    if (value % divisor != 0)
        config.refuse(setting, std::to_string(value) + " is not a multiple of " + std::to_string(divisor));
}

void setEnds(DecoderSpec& spec, const Config& config, const std::string& embedding, NormSpec finalNorm,
             const std::string& head, bool tiedByDefault) {
    spec.embedding.vocabulary = readSize(config, {"vocab_size"}, 0);
    spec.embedding.width = spec.embedding.width > 0 ? spec.embedding.width : spec.hidden;
    spec.embedding.weight = embedding + ".weight";
    spec.head.norm = std::move(finalNorm);
    spec.head.linear = {head, spec.embedding.vocabulary, spec.embedding.width, false, LinearRole::head};
    spec.head.tied = config.boolean({"tie_word_embeddings"}, tiedByDefault);
}

} // namespace awq::core
