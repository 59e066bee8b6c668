// SPDX-License-Identifier: GPL-3.0-or-later
// What planning needs to know of a model: names, shapes and what may be scaled; no weights are read for it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "core/dtype.h"

namespace awq::core {

struct LinearOutline {
    int block = 0;
    std::string name;                   // relative to the block: "self_attn.q_proj"
    std::string fullName;               // as in the checkpoint: "model.layers.0.self_attn.q_proj"
    std::int64_t rows = 0, columns = 0; // [out, in]
    DType dtype = DType::F16;           // as stored
    std::string floatReason;            // why the family keeps it in float (a router); empty: may be quantized
};

struct ScaleSetOutline {
    int block = 0;
    std::string producer;               // relative to the block; absorbs the inverse
    std::vector<std::string> consumers; // linears, relative to the block
    std::string inspected;              // module whose output error is measured: "self_attn", "mlp", a linear, "block"
    std::string skipReason;             // why this model cannot be scaled here; empty: it can
    bool scalesActivation = false;      // the producer is an activation, which has no weights to absorb anything
};

// Any other tensor of the output: embeddings, norms, biases, the head, other towers.
struct TensorOutline {
    std::string name;
    std::int64_t elements = 0;
    DType dtype = DType::F16;
};

struct ModelOutline {
    std::filesystem::path path;
    std::string family, architecture; // "llama", "LlamaForCausalLM"
    int blocks = 0;
    std::int64_t hidden = 0, heads = 0, keyValueHeads = 0, vocabulary = 0;
    DType dtype = DType::F16;                   // of most weights
    std::vector<std::string> shards;            // file names
    std::vector<LinearOutline> linears;         // of the decoder's blocks, in order
    std::vector<ScaleSetOutline> scaleSets;     // in order
    std::vector<TensorOutline> otherTensors;    // without what a tied one repeats
    std::vector<std::int64_t> activationScales; // sizes of the vectors that loaders expect beside scaled activations
};

class ModelFolder;

ModelOutline outlineOf(const ModelFolder& folder);

} // namespace awq::core
