// SPDX-License-Identifier: GPL-3.0-or-later
// What all tokenizers share: repair of the input, the special tokens around it, printing token by token, checks.
#include "core/text/tokenizer.h"

#include <algorithm>

#include "core/error.h"
#include "core/text/utf8.h"

namespace awq::core {
namespace {

constexpr std::string_view replacementCharacter = "\uFFFD";
constexpr std::size_t longestCharacter = 4; // bytes, and so tokens at most

// Where the text goes on after what was printed before; the two differ only when bytes turned out not to be UTF-8.
std::size_t continuation(std::string_view text, std::string_view printed) {
    auto position =
        std::size_t(std::mismatch(text.begin(), text.end(), printed.begin(), printed.end()).first - text.begin());
    while (position > 0 && position < text.size() && isUtf8Continuation(text[position]))
        --position;
    return position;
}

} // namespace

std::vector<std::int32_t> Tokenizer::encode(std::string_view text, bool special, std::int64_t* replaced) const {
    std::vector<std::int32_t> ids;
    if (special)
        ids = m_frame.before;
    if (firstInvalidUtf8(text)) {
        std::int64_t ignored = 0;
        encodeText(repairUtf8(text, replaced ? *replaced : ignored), ids);
    } else {
        encodeText(text, ids);
    }
    if (special)
        ids.insert(ids.end(), m_frame.after.begin(), m_frame.after.end());
    return ids;
}

std::string Tokenizer::description() const {
    return m_info.kind + ", " + std::to_string(m_info.modelVocabSize) + " tokens and " +
           std::to_string(m_info.addedTokens) + " added, from " + m_info.file.filename().string();
}

std::string StreamDecoder::push(std::int32_t id) {
    m_ids.push_back(id);
    return newText(false);
}

std::string StreamDecoder::finish() {
    return newText(true);
}

std::string StreamDecoder::newText(bool finished) {
    const std::string text = m_tokenizer.decode(m_ids, m_skipSpecial);
    // A text that ends in U+FFFD may end in an unfinished character, unless it has had enough tokens to be finished.
    const bool waits = text.ends_with(replacementCharacter) && m_ids.size() - m_printed < longestCharacter;
    if (text.size() <= m_printedText.size() || (waits && !finished))
        return {};
    const std::string fresh = text.substr(continuation(text, m_printedText));
    m_ids.erase(m_ids.begin(), m_ids.begin() + std::ptrdiff_t(m_printed));
    m_printed = m_ids.size();
    m_printedText = m_tokenizer.decode(m_ids, m_skipSpecial);
    return fresh;
}

void checkFits(const Tokenizer& tokenizer, std::int64_t vocabSize) {
    const TokenizerInfo& info = tokenizer.info();
    if (info.modelVocabSize > vocabSize)
        badInput("the tokenizer has ids up to " + std::to_string(info.modelVocabSize - 1) +
                     ", the model's embedding has " + std::to_string(vocabSize) + " rows",
                 info.file.string(), "the tokenizer belongs to another model; fetch the one of this model");
    checkIds(tokenizer.frame().before, vocabSize, info.file.string());
    checkIds(tokenizer.frame().after, vocabSize, info.file.string());
}

void checkIds(std::span<const std::int32_t> ids, std::int64_t vocabSize, const std::string& where) {
    const auto wrong = std::find_if(ids.begin(), ids.end(), [&](std::int32_t id) { return id < 0 || id >= vocabSize; });
    if (wrong != ids.end())
        badInput("token id " + std::to_string(*wrong) + " at position " + std::to_string(wrong - ids.begin()) +
                     " is outside the model's vocabulary of " + std::to_string(vocabSize),
                 where, "the ids belong to another model, or the text holds a token this model has no row for");
}

} // namespace awq::core
