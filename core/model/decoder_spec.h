// SPDX-License-Identifier: GPL-3.0-or-later
// What a decoder computes, as plain values: a family page fills it from config.json, one block implementation runs it.
// Module names of a block are relative to it ("self_attn.q_proj"); names of the rest are relative to the folder's
// tensors.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace awq::core {

enum class LinearRole { query, key, value, qkv, attentionOut, gate, up, down, router, sharedGate, projection, head };

// y = x W^T + b; tensors "<name>.weight" [out, in] and, with bias, "<name>.bias" [out].
struct LinearSpec {
    std::string name; // empty: the block has no such linear
    std::int64_t out = 0, in = 0;
    bool bias = false;
    LinearRole role = LinearRole::projection;

    explicit operator bool() const { return !name.empty(); }
};

enum class NormKind { rms, layer };

// Statistics in float32; tensors "<name>.weight" [width] and, with bias, "<name>.bias" [width].
struct NormSpec {
    std::string name; // empty: no norm here
    NormKind kind = NormKind::rms;
    std::int64_t width = 0;
    double epsilon = 1e-6; // inside the square root
    bool bias = false;

    explicit operator bool() const { return !name.empty(); }
};

enum class Activation { relu, silu, gelu, geluTanh, quickGelu }; // gelu: with erf

// How the rows of one query-key-value weight are ordered; d = headDim, R = heads / kvHeads.
enum class FusedRows {
    contiguous, // all query heads, all key heads, all value heads
    grouped,    // per key head: its R query heads, the key head, the value head
};

enum class RopeKind { standard, linear, dynamic, llama3, yarn, longrope };

// Rotary positions over the first rotaryDim elements of a head, in halves: element i turns with element i +
// rotaryDim/2.
struct RopeSpec {
    RopeKind kind = RopeKind::standard;
    std::int64_t rotaryDim = 0;
    double theta = 10000;
    double factor = 1;
    double lowFrequencyFactor = 1, highFrequencyFactor = 4; // llama3
    double betaFast = 32, betaSlow = 1;                     // yarn
    bool truncate = true;                                   // yarn: whole-numbered borders of the ramp
    std::int64_t trainedContext =
        0;                      // positions the model saw before it was stretched (dynamic, llama3, yarn, longrope)
    double attentionFactor = 1; // multiplies cosine and sine
    std::vector<double> shortFactors, longFactors; // longrope, [rotaryDim / 2]
};

// A bias of slope_head * (key - query) on the scores; slopes are 2^(-maximumBias * k / n) as the ALiBi paper orders
// them.
struct AlibiSpec {
    double maximumBias = 8;
    bool bfloat16 = false;    // Falcon: slope_head * key, both and the product in bfloat16
    bool beforeScale = false; // Falcon: the sum of product and bias is scaled
};

struct AttentionSpec {
    std::string name; // "self_attn"
    std::int64_t heads = 0, kvHeads = 0, headDim = 0;
    double scale = 1;             // of the products of query and key
    bool scaleQuery = false;      // the query is scaled (and rounded) before the product
    LinearSpec query, key, value; // or qkv
    LinearSpec qkv;
    FusedRows fusedRows = FusedRows::contiguous;
    LinearSpec out;
    NormSpec queryNorm, keyNorm; // per head, width headDim, before rope
    double clipQkv = 0;          // clamps query, key and value to +-clipQkv; 0: off
    std::int64_t window = 0;     // a query sees this many keys, itself included; 0: all before it
    std::optional<RopeSpec> rope;
    std::optional<AlibiSpec> alibi;
};

// down(act(gate x) * up x), or down(act(up x)) without a gate. A tensor "<activationName>.scales" [in of down] in the
// checkpoint divides the activation (AWQ's scaled activation).
struct MlpSpec {
    std::string name; // "mlp"; empty when the linears stand in the block itself
    Activation activation = Activation::silu;
    std::string activationName; // "mlp.act"; empty: the family has no module that could hold scales
    LinearSpec gate, up, down;
};

// Top-k of experts by softmax of the router, in float32.
struct MoeSpec {
    std::string name; // "mlp", "block_sparse_moe"
    std::int64_t experts = 0, expertsPerToken = 0;
    bool normalizeWeights = false; // the chosen experts' weights sum to 1
    LinearSpec router;
    std::vector<MlpSpec> expert; // [experts]
    std::optional<MlpSpec> sharedExpert;
    LinearSpec sharedGate; // [1, hidden]; a sigmoid of it weighs the shared expert
};

enum class Wiring {
    sequential, // x += attention(norm1 x); x += mlp(norm2 x)
    parallel,   // x += attention(norm1 x) + mlp(norm2 x); without norm2 both read norm1 x
    postNorm,   // x = norm1(x + attention(x)); x = norm2(x + mlp(x))
};

enum class InspectedKind {
    attention, // input: what query, key and value read; output: of the output projection
    mlp,       // input: what the MLP (or router and experts) reads
    branches,  // attention + mlp of the same input: a parallel block without its residual
    linear,
    block, // the whole block, norms and residual included
};

// The module whose output error a scale set's search measures.
struct Inspected {
    InspectedKind kind = InspectedKind::block;
    std::string name; // "self_attn", "mlp", the linear; "block" for branches and block
};

enum class ProducerKind { norm, linear, activation };
enum class ScaleSetUse {
    standard,
    skipped, // no exact way to absorb the scale, or one the method leaves out; see reason
};

// Linears that share an input, and the op that absorbs the inverse of their channel scale s: norm weight and bias / s,
// or producer rows and bias / s, or "<producer>.scales" * s; consumer columns * s.
struct ScaleSet {
    ProducerKind kind = ProducerKind::norm;
    std::string producer;
    std::int64_t firstRow = 0;          // linear producer: row firstRow + c makes the consumers' input channel c
    std::vector<std::string> consumers; // quantized linears
    std::vector<std::string> followers; // linears left in float that read the same input (routers)
    Inspected inspected;
    std::string inputOf; // the linear whose input is the inspected module's input
    ScaleSetUse use = ScaleSetUse::standard;
    std::string reason; // in plain words, when skipped
};

struct BlockSpec {
    Wiring wiring = Wiring::sequential;
    bool residualAfterNorm = false; // BLOOM: the norms' outputs go on, not their inputs
    NormSpec attentionNorm, mlpNorm;
    AttentionSpec attention;
    MlpSpec mlp; // unused with moe
    std::optional<MoeSpec> moe;
    std::vector<ScaleSet> scaleSets;
};

struct EmbeddingSpec {
    std::string weight; // [vocabulary, width]
    std::int64_t vocabulary = 0, width = 0;
    std::string positions;                             // [positionRows, hidden]; empty: none
    std::int64_t positionRows = 0, positionOffset = 0; // position p is row p + positionOffset
    LinearSpec projectIn;                              // width -> hidden
    NormSpec norm;                                     // of the sum of token and position
};

struct HeadSpec {
    NormSpec norm;
    LinearSpec projectOut; // hidden -> width
    LinearSpec linear;     // [vocabulary, width]
    bool tied = false;     // its weight is the embedding's
};

struct DecoderSpec {
    std::int64_t hidden = 0;
    std::int64_t maximumPositions = 0;
    EmbeddingSpec embedding;
    std::string blockPrefix; // "model.layers.": block i's tensors start with "model.layers.<i>."
    std::vector<BlockSpec> blocks;
    HeadSpec head;
};

// The quantizable linears of a block in the order of the forward pass; routers and shared gates are not among them.
std::vector<LinearSpec> linearsOf(const BlockSpec& block);

// A tensor the decoder needs, and its shape.
struct TensorShape {
    std::string name;
    std::vector<std::int64_t> shape;
};
// Relative names; optional "<activation>.scales" are not among them.
std::vector<TensorShape> expectedTensors(const BlockSpec& block);
// Full names: embedding, positions, final norm, projections, head.
std::vector<TensorShape> expectedTensors(const DecoderSpec& spec);

// Whether llm-awq searches clips for the linear: not when its name, relative to the block, contains "q_", "k_",
// "query", "key" or "Wqkv" (which also leaves out everything below Mixtral's "block_sparse_moe").
bool clippedByReference(const std::string& linearName);

std::string_view nameOf(Activation activation); // "gelu_tanh", ...

} // namespace awq::core
