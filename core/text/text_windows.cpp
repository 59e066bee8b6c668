// SPDX-License-Identifier: GPL-3.0-or-later
// Cuts evaluation text into windows.
#include "core/text/text_windows.h"

#include <algorithm>

#include "core/error.h"
#include "core/resource_dir.h"
#include "core/text/id_file.h"
#include "core/text/text_source.h"
#include "core/text/tokenizer.h"

namespace awq::core {
namespace {

constexpr std::string_view blankLine = "\n\n";
constexpr const char* chunks = "llama.cpp";

void checkProtocol(const TextWindows& request) {
    if (request.protocol.empty())
        return;
    if (request.protocol != "llm-awq" && request.protocol != chunks)
        throw Error(ErrorCode::usage, "unknown protocol '" + request.protocol + "'", "--protocol",
                    "use llm-awq or llama.cpp");
    if (request.window < 4)
        throw Error(ErrorCode::usage, "the protocol needs windows of at least 4 tokens", "--window",
                    "use the published 2048 or 512");
    if (request.stride != 0)
        throw Error(ErrorCode::usage, "the protocol's windows do not overlap", "--stride",
                    "leave --stride or --protocol out");
}

// The second half of every window counts; where the tokenizer begins texts with a token, so does every window.
void scoreSecondHalves(const Tokenizer& tokenizer, bool specialTokens, WindowedIds& result) {
    std::ranges::fill(result.scoredFrom, result.length / 2 + 1);
    const std::vector<std::int32_t> special = tokenizer.encode("");
    if (!specialTokens || !tokenizer.info().bosId || !std::ranges::count(special, *tokenizer.info().bosId))
        return;
    for (std::int64_t window = 0; window < result.windows; ++window)
        result.ids[std::size_t(window * result.length)] = *tokenizer.info().bosId;
}

std::vector<std::int32_t> tokensOf(const TextWindows& request, const std::filesystem::path& file,
                                   const Tokenizer& tokenizer) {
    std::string all;
    readDocuments(file, request.textField, [&](std::string&& text, std::int64_t) {
        all += text;
        all += blankLine;
        return true;
    });
    if (!request.protocol.empty())
        all.resize(all.size() - blankLine.size());
    return tokenizer.encode(all, request.specialTokens);
}

void cut(const std::vector<std::int32_t>& stream, std::int64_t stride, WindowedIds& result) {
    const std::int64_t length = result.length, total = std::int64_t(stream.size());
    for (std::int64_t first = 0; first + length <= total; first += stride) {
        result.ids.insert(result.ids.end(), stream.begin() + first, stream.begin() + first + length);
        result.scoredFrom.push_back(first == 0 ? 1 : std::max<std::int64_t>(1, length - stride));
        ++result.windows;
    }
    if (result.windows == 0)
        badInput("the text has only " + std::to_string(total) + " tokens, fewer than one window of " +
                     std::to_string(length),
                 result.file.string(), "give more text, or a shorter window (--window)");
}

} // namespace

WindowedIds makeWindows(const TextWindows& request, const std::filesystem::path& model, std::int64_t vocabulary) {
    checkProtocol(request);
    WindowedIds result;
    if (!request.ids.empty()) {
        result.file = request.ids;
        IdFile file = readIdFile(request.ids, "input_ids");
        result.ids = std::move(file.ids);
        result.windows = file.windows;
        result.length = file.length;
        result.tokens = result.windows * result.length;
        result.scoredFrom.assign(std::size_t(result.windows), 1);
    } else {
        if (request.window < 2 || request.stride < 0 || request.stride > request.window)
            throw Error(ErrorCode::usage, "a window needs at least two tokens, and a stride between 1 and the window",
                        "--window, --stride", "leave --stride out for windows that do not overlap");
        result.file = request.text.empty() || request.text == "bundled" ? bundledEvaluation() : request.text;
        result.length = request.window;
        const auto tokenizer = loadTokenizer(model);
        checkFits(*tokenizer, vocabulary);
        std::vector<std::int32_t> stream = tokensOf(request, result.file, *tokenizer);
        if (request.maxTokens > 0 && std::int64_t(stream.size()) > request.maxTokens)
            stream.resize(std::size_t(request.maxTokens));
        result.tokens = std::int64_t(stream.size());
        cut(stream, request.stride == 0 ? request.window : request.stride, result);
        if (request.protocol == chunks)
            scoreSecondHalves(*tokenizer, request.specialTokens, result);
    }
    checkIds(result.ids, vocabulary, result.file.string());
    result.hash = idsHash(result.ids, result.windows, result.length);
    return result;
}

} // namespace awq::core
