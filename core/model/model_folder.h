// SPDX-License-Identifier: GPL-3.0-or-later
// A model folder as the program sees it: config, family, decoder, tensors, tokenizer. Opening reads headers only.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/dtype.h"
#include "core/model/config.h"
#include "core/model/decoder_spec.h"
#include "core/model/quantized_tensors.h"
#include "core/model/tensor_source.h"

namespace awq::core {

// One quantizable linear of the model.
struct ModelLinear {
    std::string name;     // relative to its block: "self_attn.q_proj"
    std::string fullName; // of the checkpoint: "model.layers.3.self_attn.q_proj" (its weight is "<fullName>.weight")
    int block = 0;
    std::int64_t rows = 0, columns = 0; // [out, in]
    bool bias = false;
    LinearRole role = LinearRole::projection;
};

class ModelFolder {
public:
    // Throws Error(badInput): not a model folder; unknown architecture (lists the known ones); a setting of config.json
    // that is not supported (names it); a missing tensor or a wrong shape (names tensor, expected, found, file).
    static ModelFolder open(const std::filesystem::path& path);

    const std::filesystem::path& path() const;
    const Config& config() const;            // of the language model (text_config, llm_config or the whole)
    const std::string& architecture() const; // "LlamaForCausalLM"
    const std::string& family() const;       // name of the family page: "llama"
    const DecoderSpec& spec() const;
    const TensorSource& tensors() const;

    int blockCount() const;
    std::string blockTensor(int block, std::string_view relative) const; // full name of a block's tensor
    // Full names of all stored tensors of a block, packed forms included.
    const std::vector<std::string>& blockTensors(int block) const;
    const std::vector<ModelLinear>& linears() const; // block by block, forward order

    DType dtype() const;             // that most float bytes have
    std::int64_t parameters() const; // of the tensors stored (packed weights count as the weights they stand for)
    std::int64_t bytes() const;      // of all tensors stored
    bool tied() const;               // the head is the embedding
    const std::string& tokenizerFile() const; // "tokenizer.json", "tokenizer.model"; empty: the folder has none
    // The packed linears of an already quantized folder.
    const std::optional<QuantizedTensors>& quantized() const;
    // What the user should know: settings of config.json that are not understood and were ignored.
    const std::vector<std::string>& warnings() const;

    // Throws Error(badInput) when the folder is quantized: quantizing starts from float weights.
    void requireFloat() const;

private:
    struct State;
    explicit ModelFolder(std::shared_ptr<const State> state) : m_state(std::move(state)) {}
    std::shared_ptr<const State> m_state;
};

} // namespace awq::core
