// SPDX-License-Identifier: GPL-3.0-or-later
// One maker per type of decoder.
#include "core/text/decoders.h"

#include <charconv>
#include <map>
#include <optional>

#include "core/text/byte_alphabet.h"
#include "core/text/json_access.h"
#include "core/text/pattern.h"
#include "core/text/utf8.h"

namespace awq::core {
namespace {

using Json = nlohmann::json;

constexpr const char* replacementCharacter = "\uFFFD";

Decoder make(const Json& json, const std::string& where, int depth);

TokenTexts decodeByteLevel(TokenTexts tokens) {
    std::string bytes;
    for (const TokenText& token : tokens)
        if (token.isAdded || !appendFromByteCharacters(bytes, token.text))
            bytes += token.text;
    std::int64_t replaced = 0;
    return {{repairUtf8(bytes, replaced)}};
}

// The byte that "<0x0A>" stands for.
std::optional<char> byteOf(const std::string& token) {
    if (token.size() != 6 || !token.starts_with("<0x") || token[5] != '>')
        return std::nullopt;
    unsigned value = 0;
    const auto [stop, error] = std::from_chars(token.data() + 3, token.data() + 5, value, 16);
    return error == std::errc() && stop == token.data() + 5 ? std::optional(static_cast<char>(value)) : std::nullopt;
}

// A run of byte tokens is one text; when it is not valid UTF-8, every byte of it becomes U+FFFD.
std::string textOfBytes(const std::string& bytes) {
    if (!firstInvalidUtf8(bytes))
        return bytes;
    std::string text;
    for (std::size_t i = 0; i < bytes.size(); ++i)
        text += replacementCharacter;
    return text;
}

TokenTexts decodeByteFallback(TokenTexts tokens) {
    TokenTexts result;
    std::string bytes;
    const auto flush = [&] {
        if (!bytes.empty())
            result.push_back({textOfBytes(bytes)});
        bytes.clear();
    };
    for (TokenText& token : tokens) {
        if (const auto byte = byteOf(token.text)) {
            bytes.push_back(*byte);
        } else {
            flush();
            result.push_back(std::move(token));
        }
    }
    flush();
    return result;
}

TokenTexts decodeFuse(TokenTexts tokens) {
    return {{joined(tokens)}};
}

// Up to `start` copies of the content at the beginning of each token, up to `stop` at its end.
Decoder stripDecoder(const std::string& content, std::size_t start, std::size_t stop) {
    return [=](TokenTexts tokens) {
        for (TokenText& token : tokens) {
            std::string_view text = token.text;
            for (std::size_t i = 0; i < start && !content.empty() && text.starts_with(content); ++i)
                text.remove_prefix(content.size());
            for (std::size_t i = 0; i < stop && !content.empty() && text.ends_with(content); ++i)
                text.remove_suffix(content.size());
            token.text = std::string(text);
        }
        return tokens;
    };
}

Decoder replaceDecoder(const Pattern& pattern, const std::string& content) {
    return [=](TokenTexts tokens) {
        for (TokenText& token : tokens)
            token.text = pattern.replaceIn(token.text, content);
        return tokens;
    };
}

Decoder sequenceOf(const std::vector<Decoder>& steps) {
    return [=](TokenTexts tokens) {
        for (const Decoder& step : steps)
            tokens = step(std::move(tokens));
        return tokens;
    };
}

Decoder makeStrip(const Json& json, const std::string& where, int) {
    return stripDecoder(required<std::string>(json, "content", where), required<std::size_t>(json, "start", where),
                        required<std::size_t>(json, "stop", where));
}

Decoder makeReplace(const Json& json, const std::string& where, int) {
    return replaceDecoder(Pattern::fromJson(requiredField(json, "pattern", where), where + ".pattern"),
                          required<std::string>(json, "content", where));
}

Decoder makeMetaspace(const Json& json, const std::string& where, int) {
    const auto marker = required<std::string>(json, "replacement", where);
    const bool prefixSpace = fieldOr(json, "add_prefix_space", true, where);
    const bool prepends =
        fieldOr<std::string>(json, "prepend_scheme", prefixSpace ? "always" : "never", where) != "never";
    return [=, toSpaces = replaceDecoder(Pattern(marker), " ")](TokenTexts tokens) {
        if (prepends && !tokens.empty() && tokens.front().text.starts_with(marker))
            tokens.front().text.erase(0, marker.size());
        return toSpaces(std::move(tokens));
    };
}

Decoder makeSequence(const Json& json, const std::string& where, int depth) {
    const Json& list = componentList(json, "decoders", where, depth);
    std::vector<Decoder> steps;
    for (std::size_t i = 0; i < list.size(); ++i)
        steps.push_back(make(list[i], itemPlace(where, "decoders", i), depth + 1));
    return sequenceOf(steps);
}

template <TokenTexts (*decode)(TokenTexts)>
Decoder makePlain(const Json&, const std::string&, int) {
    return decode;
}

Decoder make(const Json& json, const std::string& where, int depth) {
    using Maker = Decoder (*)(const Json&, const std::string&, int);
    static const std::map<std::string, Maker> makers{
        {"ByteLevel", makePlain<decodeByteLevel>},
        {"ByteFallback", makePlain<decodeByteFallback>},
        {"Fuse", makePlain<decodeFuse>},
        {"Strip", makeStrip},
        {"Replace", makeReplace},
        {"Metaspace", makeMetaspace},
        {"Sequence", makeSequence},
    };
    return makeComponent(makers, "decoder", json, where, depth);
}

TokenTexts spacesBetween(TokenTexts tokens) {
    for (std::size_t i = 1; i < tokens.size(); ++i)
        tokens[i].text.insert(0, " ");
    return tokens;
}

} // namespace

Decoder makeDecoder(const Json& json, const std::string& where) {
    return json.is_null() ? Decoder(spacesBetween) : make(json, where, 0);
}

Decoder makeSentencePieceDecoder() {
    return sequenceOf(
        {replaceDecoder(Pattern("\u2581"), " "), decodeByteFallback, decodeFuse, stripDecoder(" ", 1, 0)});
}

std::string joined(const TokenTexts& tokens) {
    std::string text;
    for (const TokenText& token : tokens)
        text += token.text;
    return text;
}

} // namespace awq::core
