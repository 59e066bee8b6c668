// SPDX-License-Identifier: GPL-3.0-or-later
// One maker per type of pre-tokenizer.
#include "core/text/pre_tokenizers.h"

#include <map>

#include "core/text/byte_alphabet.h"
#include "core/text/json_access.h"
#include "core/text/pattern.h"
#include "core/text/split_behavior.h"
#include "core/text/unicode_classes.h"
#include "core/text/utf8.h"

namespace awq::core {
namespace {

using Json = nlohmann::json;

constexpr const char* gpt2Pattern = R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)";

PreTokenizer make(const Json& json, const std::string& where, int depth);

// Spans of one character each where isMatch(character), and the gaps between them.
template <typename IsMatch>
void splitAtCharacters(std::string_view text, std::vector<Span>& spans, IsMatch isMatch) {
    std::size_t covered = 0;
    for (std::size_t i = 0; i < text.size();) {
        const std::size_t end = i + utf8Length(text[i]);
        if (isMatch(codePointAt(text, i))) {
            if (i > covered)
                spans.push_back({covered, i, false});
            spans.push_back({i, end, true});
            covered = end;
        }
        i = end;
    }
    if (covered < text.size())
        spans.push_back({covered, text.size(), false});
}

template <typename IsMatch>
PreTokenizer characterSplitter(IsMatch isMatch, SplitBehavior behavior) {
    return [=](PieceList& list) {
        splitPieces(list, [&](std::string_view text, std::vector<Span>& spans) {
            splitAtCharacters(text, spans, isMatch);
            applyBehavior(spans, behavior);
        });
    };
}

PreTokenizer makeSplit(const Json& json, const std::string& where, int) {
    const Pattern pattern = Pattern::fromJson(requiredField(json, "pattern", where), where + ".pattern");
    const SplitBehavior behavior =
        splitBehaviorFromName(required<std::string>(json, "behavior", where), where + ".behavior");
    const bool invert = fieldOr(json, "invert", false, where);
    return [=](PieceList& list) {
        splitPieces(list, [&](std::string_view text, std::vector<Span>& spans) {
            pattern.split(text, spans);
            for (Span& span : spans)
                span.isMatch = span.isMatch != invert;
            applyBehavior(spans, behavior);
        });
    };
}

PreTokenizer makeByteLevel(const Json& json, const std::string& where, int) {
    const bool prefixSpace = fieldOr(json, "add_prefix_space", true, where);
    const bool useRegex = fieldOr(json, "use_regex", true, where);
    return [prefixSpace, useRegex, regex = Regex(gpt2Pattern, where)](PieceList& list) {
        if (prefixSpace)
            rewritePieces(list, [](std::string& out, std::string_view text, const Piece&) {
                if (!text.starts_with(' '))
                    out.push_back(' ');
                out.append(text);
            });
        if (useRegex)
            splitPieces(list, [&](std::string_view text, std::vector<Span>& spans) { regex.split(text, spans); });
        rewritePieces(list,
                      [](std::string& out, std::string_view text, const Piece&) { appendAsByteCharacters(out, text); });
    };
}

PreTokenizer makeDigits(const Json& json, const std::string& where, int) {
    const bool individual = fieldOr(json, "individual_digits", false, where);
    return characterSplitter(isNumber, individual ? SplitBehavior::isolated : SplitBehavior::contiguous);
}

PreTokenizer makePunctuation(const Json& json, const std::string& where, int) {
    const auto name = fieldOr<std::string>(json, "behavior", "Isolated", where);
    return characterSplitter(isPunctuation, splitBehaviorFromName(name, where + ".behavior"));
}

struct MetaspaceOptions {
    std::string replacement, scheme; // scheme: "always", "first" (piece of the text), "never"
};

MetaspaceOptions readMetaspace(const Json& json, const std::string& where) {
    const bool prefixSpace = fieldOr(json, "add_prefix_space", true, where); // the older form of prepend_scheme
    MetaspaceOptions options{required<std::string>(json, "replacement", where),
                             fieldOr<std::string>(json, "prepend_scheme", prefixSpace ? "always" : "never", where)};
    if (options.replacement.empty() || utf8Length(options.replacement[0]) != options.replacement.size())
        badInput("the replacement is not one character", where + ".replacement",
                 "the file is damaged or was edited by hand; fetch it again");
    if (options.scheme != "always" && options.scheme != "first" && options.scheme != "never")
        badInput("the prepend scheme '" + options.scheme + "' is not known", where + ".prepend_scheme",
                 "the file is damaged or was edited by hand; fetch it again");
    return options;
}

void appendMetaspaced(std::string& out, std::string_view text, bool atStart, const MetaspaceOptions& options) {
    const bool prepend = options.scheme == "always" || (options.scheme == "first" && atStart);
    if (prepend && !text.empty() && text[0] != ' ' && !text.starts_with(options.replacement))
        out += options.replacement;
    for (const char c : text) {
        if (c == ' ')
            out += options.replacement;
        else
            out.push_back(c);
    }
}

PreTokenizer makeMetaspace(const Json& json, const std::string& where, int) {
    const MetaspaceOptions options = readMetaspace(json, where);
    const bool split = fieldOr(json, "split", true, where);
    const char32_t marker = codePointAt(options.replacement, 0);
    const PreTokenizer splitter =
        characterSplitter([marker](char32_t c) { return c == marker; }, SplitBehavior::mergedWithNext);
    return [=](PieceList& list) {
        rewritePieces(list, [&](std::string& out, std::string_view text, const Piece& piece) {
            appendMetaspaced(out, text, piece.atStart, options);
        });
        if (split)
            splitter(list);
    };
}

PreTokenizer makeSequence(const Json& json, const std::string& where, int depth) {
    const Json& list = componentList(json, "pretokenizers", where, depth);
    std::vector<PreTokenizer> steps;
    for (std::size_t i = 0; i < list.size(); ++i)
        if (PreTokenizer step = make(list[i], itemPlace(where, "pretokenizers", i), depth + 1))
            steps.push_back(std::move(step));
    return [steps](PieceList& pieces) {
        for (const PreTokenizer& step : steps)
            step(pieces);
    };
}

PreTokenizer make(const Json& json, const std::string& where, int depth) {
    using Maker = PreTokenizer (*)(const Json&, const std::string&, int);
    static const std::map<std::string, Maker> makers{
        {"Split", makeSplit},         {"ByteLevel", makeByteLevel},
        {"Digits", makeDigits},       {"Punctuation", makePunctuation},
        {"Metaspace", makeMetaspace}, {"Sequence", makeSequence},
    };
    return makeComponent(makers, "pre-tokenizer", json, where, depth);
}

} // namespace

PreTokenizer makePreTokenizer(const Json& json, const std::string& where) {
    return make(json, where, 0);
}

} // namespace awq::core
