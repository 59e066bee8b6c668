// SPDX-License-Identifier: GPL-3.0-or-later
// Puts a tokenizer together from its files.
#include "core/text/tokenizer_json.h"

#include <fstream>
#include <iterator>

#include "core/json_text.h"
#include "core/text/added_token_json.h"
#include "core/text/bpe_tokenizer.h"
#include "core/text/json_access.h"

namespace awq::core {
namespace {

using Json = nlohmann::json;

constexpr const char* qwen2Pattern =
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";

const Json& orNull(const Json& object, const char* key) {
    static const Json null;
    return object.contains(key) ? object.at(key) : null;
}

std::vector<AddedToken> readAddedTokens(const Json& list, const std::string& where) {
    std::vector<AddedToken> tokens;
    if (!list.is_null() && !list.is_array())
        wrongType(where + ", added_tokens", "a list", list);
    for (std::size_t i = 0; i < list.size(); ++i)
        tokens.push_back(readAddedToken(list[i], where + ", added_tokens[" + std::to_string(i) + "]"));
    return tokens;
}

Json preTokenizerOf(const TokenizerConfig& config) {
    const bool prefixSpace = config.addPrefixSpace.value_or(false);
    if (config.tokenizerClass != "Qwen2Tokenizer")
        return {{"type", "ByteLevel"}, {"add_prefix_space", prefixSpace}, {"use_regex", true}};
    const Json split{
        {"type", "Split"}, {"pattern", {{"Regex", qwen2Pattern}}}, {"behavior", "Isolated"}, {"invert", false}};
    const Json bytes{{"type", "ByteLevel"}, {"add_prefix_space", prefixSpace}, {"use_regex", false}};
    return {{"type", "Sequence"}, {"pretokenizers", Json::array({split, bytes})}};
}

MergeList readMergesFile(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    if (!stream)
        badInput("cannot read the file", file.string(), "vocab.json needs merges.txt beside it");
    MergeList merges;
    std::string line;
    for (std::size_t number = 1; std::getline(stream, line); ++number) {
        if (line.ends_with('\r'))
            line.pop_back();
        if (line.empty() || line.starts_with("#version"))
            continue;
        const std::size_t space = line.find(' ');
        if (space == std::string::npos || line.find(' ', space + 1) != std::string::npos)
            badInput("a merge is two tokens with one space between them; found '" + line + "'",
                     file.string() + ", line " + std::to_string(number),
                     "the file is damaged or was edited by hand; fetch it again");
        merges.emplace_back(line.substr(0, space), line.substr(space + 1));
    }
    return merges;
}

} // namespace

std::string modelTypeOf(const Json& tokenizer, const std::string& where) {
    if (!tokenizer.is_object())
        wrongType(where, "an object", tokenizer);
    const Json& model = requiredField(tokenizer, "model", where);
    return fieldOr<std::string>(model, "type", isPresent(model, "merges") ? "BPE" : "of unknown type",
                                where + ", model");
}

std::unique_ptr<const Tokenizer> tokenizerFromJson(const Json& tokenizer, const std::filesystem::path& file,
                                                   const TokenizerConfig& config) {
    const std::string where = file.string();
    const std::string type = modelTypeOf(tokenizer, where);
    if (type != "BPE")
        badInput("the tokenizer model '" + type + "' is not supported", where + ", model.type",
                 "BPE tokenizers and SentencePiece models (tokenizer.model) are; or give token ids in a .safetensors "
                 "file");
    const Json& postProcessor = orNull(tokenizer, "post_processor");
    BpeTokenizerParts parts{
        .model = Bpe::fromJson(tokenizer.at("model"), where + ", model"),
        .addedTokens = readAddedTokens(orNull(tokenizer, "added_tokens"), where),
        .normalizer = makeNormalizer(orNull(tokenizer, "normalizer"), where + ", normalizer"),
        .preTokenizer = makePreTokenizer(orNull(tokenizer, "pre_tokenizer"), where + ", pre_tokenizer"),
        .decoder = makeDecoder(orNull(tokenizer, "decoder"), where + ", decoder"),
        .frame = readPostProcessor(postProcessor, where + ", post_processor"),
        .hasFrame = !postProcessor.is_null(),
    };
    return std::make_unique<const BpeTokenizer>(std::move(parts), config, file);
}

std::unique_ptr<const Tokenizer> tokenizerFromVocabAndMerges(const std::filesystem::path& folder,
                                                             const TokenizerConfig& config) {
    const std::filesystem::path vocabFile = folder / "vocab.json", mergesFile = folder / "merges.txt";
    Vocabulary vocabulary = Vocabulary::fromJson(readJsonFile(vocabFile), vocabFile.string());
    BpeOptions options;
    if (config.unknown && vocabulary.find(config.unknown->content))
        options.unknownToken = config.unknown->content;
    const bool isQwen2 = config.tokenizerClass == "Qwen2Tokenizer";
    BpeTokenizerParts parts{
        .model = Bpe(std::move(vocabulary), readMergesFile(mergesFile), std::move(options), mergesFile.string()),
        .normalizer = makeNormalizer(isQwen2 ? Json::object({{"type", "NFC"}}) : Json(), vocabFile.string()),
        .preTokenizer = makePreTokenizer(preTokenizerOf(config), vocabFile.string()),
        .decoder = makeDecoder(Json::object({{"type", "ByteLevel"}}), vocabFile.string()),
    };
    return std::make_unique<const BpeTokenizer>(std::move(parts), config, vocabFile);
}

} // namespace awq::core
