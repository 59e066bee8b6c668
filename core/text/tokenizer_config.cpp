// SPDX-License-Identifier: GPL-3.0-or-later
// Reads the files around a vocabulary.
#include "core/text/tokenizer_config.h"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <iterator>

#include "core/json_text.h"
#include "core/text/added_token_json.h"
#include "core/text/json_access.h"
#include "core/text/vocabulary.h"

namespace awq::core {
namespace {

using Json = nlohmann::json;

Json readIfPresent(const std::filesystem::path& file) {
    Json json = std::filesystem::exists(file) ? readJsonFile(file) : Json::object();
    if (!json.is_object())
        wrongType(file.string(), "an object", json);
    return json;
}

std::optional<bool> flag(const Json& json, const char* key, const std::string& where) {
    return isPresent(json, key) ? std::optional(required<bool>(json, key, where)) : std::nullopt;
}

std::int32_t idFromKey(const std::string& key, const std::string& where) {
    std::int32_t id = -1;
    const auto [stop, error] = std::from_chars(key.data(), key.data() + key.size(), id);
    if (error != std::errc() || stop != key.data() + key.size() || id < 0 || id > largestTokenId)
        badInput("'" + key + "' is not a token id", where, "the file is damaged or was edited by hand; fetch it again");
    return id;
}

std::vector<AddedToken> readAddedTokensDecoder(const Json& config, const std::string& where) {
    std::vector<AddedToken> tokens;
    if (!isPresent(config, "added_tokens_decoder"))
        return tokens;
    const std::string place = where + ".added_tokens_decoder";
    const Json& list = config.at("added_tokens_decoder");
    if (!list.is_object())
        wrongType(place, "an object", list);
    for (const auto& [key, value] : list.items()) {
        tokens.push_back(readAddedToken(value, place + "." + key));
        tokens.back().id = idFromKey(key, place);
    }
    std::sort(tokens.begin(), tokens.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
    return tokens;
}

bool knows(const std::vector<AddedToken>& tokens, const std::string& content) {
    return std::any_of(tokens.begin(), tokens.end(), [&](const auto& token) { return token.content == content; });
}

bool knows(const TokenizerConfig& config, const std::string& content) {
    return knows(config.declared, content) || knows(config.listed, content) || knows(config.named, content);
}

// A special token as tokenizer_config.json or special_tokens_map.json give it, sorted into listed or named ones.
std::optional<AddedToken> addSpecial(TokenizerConfig& config, const Json& value, const std::string& where) {
    if (value.is_null() || (value.is_string() && value.get_ref<const std::string&>().empty()))
        return std::nullopt;
    AddedToken token;
    if (value.is_string())
        token.content = value.get<std::string>();
    else
        token = readAddedToken(value, where);
    token.special = true;
    if (!knows(config, token.content))
        (value.is_string() ? config.named : config.listed).push_back(token);
    return token;
}

void readSpecials(TokenizerConfig& config, const Json& json, const std::string& where) {
    const auto read = [&](const char* key) {
        return isPresent(json, key) ? addSpecial(config, json.at(key), where + "." + key) : std::nullopt;
    };
    const auto keep = [](std::optional<AddedToken>& known, std::optional<AddedToken> found) {
        if (!known)
            known = std::move(found);
    };
    keep(config.bos, read("bos_token"));
    keep(config.eos, read("eos_token"));
    keep(config.unknown, read("unk_token"));
    for (const char* key : {"pad_token", "sep_token", "cls_token", "mask_token"})
        read(key);
    if (!isPresent(json, "additional_special_tokens"))
        return;
    const Json& list = json.at("additional_special_tokens");
    for (std::size_t i = 0; list.is_array() && i < list.size(); ++i)
        addSpecial(config, list[i], itemPlace(where, "additional_special_tokens", i));
}

// added_tokens.json, {"content": id, ...}: the older form of "added_tokens_decoder".
void readAddedTokensFile(TokenizerConfig& config, const std::filesystem::path& file) {
    const Vocabulary tokens = Vocabulary::fromJson(readIfPresent(file), file.string());
    for (std::int32_t id = 0; id < tokens.idLimit(); ++id) {
        const std::string* content = tokens.textOf(id);
        if (!content || knows(config.declared, *content) || knows(config.listed, *content))
            continue;
        const bool special = std::erase_if(config.named, [&](const auto& token) { return token.content == *content; });
        config.listed.push_back({.content = *content, .id = id, .normalized = !special, .special = special});
    }
}

// A template, or a list of named ones of which "default" (else the first) counts.
std::string readChatTemplate(const Json& config, const std::filesystem::path& folder, const std::string& where) {
    if (std::ifstream file(folder / "chat_template.jinja", std::ios::binary); file)
        return {std::istreambuf_iterator<char>(file), {}};
    if (!isPresent(config, "chat_template"))
        return {};
    const Json& value = config.at("chat_template");
    if (!value.is_array())
        return required<std::string>(config, "chat_template", where);
    std::string chosen;
    for (std::size_t i = 0; i < value.size(); ++i) {
        const std::string place = itemPlace(where, "chat_template", i);
        const bool isDefault = required<std::string>(value[i], "name", place) == "default";
        if (isDefault || chosen.empty())
            chosen = required<std::string>(value[i], "template", place);
        if (isDefault)
            break;
    }
    return chosen;
}

std::string withoutFast(const std::string& name) {
    return name.ends_with("Fast") ? name.substr(0, name.size() - 4) : name;
}

} // namespace

TokenizerConfig readTokenizerConfig(const std::filesystem::path& folder) {
    const std::filesystem::path configFile = folder / "tokenizer_config.json";
    const std::filesystem::path mapFile = folder / "special_tokens_map.json";
    const std::string where = configFile.string();
    const Json json = readIfPresent(configFile);
    TokenizerConfig config;
    config.tokenizerClass = withoutFast(fieldOr<std::string>(json, "tokenizer_class", "", where));
    config.legacy = flag(json, "legacy", where);
    config.addBos = flag(json, "add_bos_token", where);
    config.addEos = flag(json, "add_eos_token", where);
    config.addPrefixSpace = flag(json, "add_prefix_space", where);
    config.declared = readAddedTokensDecoder(json, where);
    readSpecials(config, json, where);
    readSpecials(config, readIfPresent(mapFile), mapFile.string());
    readAddedTokensFile(config, folder / "added_tokens.json");
    config.chatTemplate = readChatTemplate(json, folder, where);
    return config;
}

} // namespace awq::core
