// SPDX-License-Identifier: GPL-3.0-or-later
// Pieces that family pages share: scale sets of the usual kinds, common settings.
#pragma once

#include <string>
#include <vector>

#include "core/model/config.h"
#include "core/model/decoder_spec.h"
#include "core/model/families/family.h"

namespace awq::core {

// --- scale sets ----------------------------------------------------------------------------------------------------

// A norm whose output the consumers read.
ScaleSet normSet(const NormSpec& norm, std::vector<std::string> consumers, Inspected inspected);
// A linear whose rows firstRow .. are the consumer's input channels.
ScaleSet linearSet(const LinearSpec& producer, const LinearSpec& consumer, std::int64_t firstRow = 0);
// An activation that can be divided by a vector: needs a checkpoint format that stores it.
ScaleSet activationSet(const MlpSpec& mlp);
ScaleSet skipped(ScaleSet set, const std::string& reason);

// value -> out, when every channel of out has a value row of its own; else the skipped set with the reason.
ScaleSet valueSet(const AttentionSpec& attention);

// The skipped set from the fused value rows to the output projection.
ScaleSet fusedValueSet(const AttentionSpec& attention);

// Of a block with fused query, key, value and a plain MLP, in this order: norm -> qkv, value rows -> out (skipped),
// norm -> up, activation -> down.
std::vector<ScaleSet> gptScaleSets(const BlockSpec& block);

Inspected inspectAttention(const AttentionSpec& attention);
Inspected inspectMlp(const std::string& name);
Inspected inspectLinear(const LinearSpec& linear);

// --- modules -------------------------------------------------------------------------------------------------------

// headDim and the usual scale of the scores, 1 / sqrt(headDim).
void setHeadDim(AttentionSpec& attention, std::int64_t headDim);

struct FusedAttentionNames {
    std::string module, qkv, out;
};
AttentionSpec fusedAttention(const FusedAttentionNames& names, std::int64_t hidden, std::int64_t heads,
                             std::int64_t kvHeads, FusedRows rows, bool bias);

struct PlainMlpNames {
    std::string module, up, down;
    std::string activation; // module that can hold scales; empty: none
};
MlpSpec plainMlp(const PlainMlpNames& names, std::int64_t hidden, std::int64_t intermediate, bool bias);

// --- settings ------------------------------------------------------------------------------------------------------

// "silu", "gelu_pytorch_tanh", ... Throws Error(badInput) naming the setting.
Activation readActivation(const Config& config, SettingNames names, const std::string& fallback);

// Sizes that are positive and fit each other, else Error(badInput) naming the setting. fallback 0: the setting must be
// there.
std::int64_t readSize(const Config& config, SettingNames names, std::int64_t fallback);
// Of blocks or experts: what is kept in memory for each of them must stay small.
std::int64_t readCount(const Config& config, SettingNames names, std::int64_t fallback);
void requireDivisible(const Config& config, std::int64_t value, std::int64_t divisor, std::string_view setting);

// Embedding "embed_tokens", final norm, head "lm_head" for a decoder of this hidden size.
void setEnds(DecoderSpec& spec, const Config& config, const std::string& embedding, NormSpec finalNorm,
             const std::string& head, bool tiedByDefault);

} // namespace awq::core
