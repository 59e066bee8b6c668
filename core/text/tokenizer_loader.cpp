// SPDX-License-Identifier: GPL-3.0-or-later
// Chooses among the tokenizer files of a model folder.
#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/json_text.h"
#include "core/text/sentencepiece_tokenizer.h"
#include "core/text/tokenizer.h"
#include "core/text/tokenizer_config.h"
#include "core/text/tokenizer_json.h"

namespace awq::core {

std::unique_ptr<const Tokenizer> loadTokenizer(const std::filesystem::path& folder) {
    const std::filesystem::path jsonFile = folder / "tokenizer.json", modelFile = folder / "tokenizer.model";
    const TokenizerConfig config = readTokenizerConfig(folder);
    const bool hasModel = std::filesystem::exists(modelFile);
    if (std::filesystem::exists(jsonFile)) {
        const nlohmann::json json = readJsonFile(jsonFile);
        if (!hasModel || modelTypeOf(json, jsonFile.string()) == "BPE")
            return tokenizerFromJson(json, jsonFile, config);
    }
    if (hasModel)
        return tokenizerFromSentencePiece(modelFile, config);
    if (std::filesystem::exists(folder / "vocab.json"))
        return tokenizerFromVocabAndMerges(folder, config);
    badInput("the model folder has no tokenizer", folder.string(),
             "put tokenizer.json, tokenizer.model, or vocab.json with merges.txt into it, or give token ids in a "
             ".safetensors file");
}

} // namespace awq::core
