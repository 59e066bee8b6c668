// SPDX-License-Identifier: GPL-3.0-or-later
// Cuts evaluation text into windows.
#include "core/text/text_windows.h"

#include <algorithm>

#include "core/error.h"
#include "core/resource_dir.h"
#include "core/text/document_spans.h"
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

// All documents of a file in one text, and where each of them ends in it, blank line included.
struct JoinedText {
    std::string all;
    std::vector<std::int64_t> ends;
    std::vector<std::string> titles;
};

JoinedText joinedText(const TextWindows& request, const std::filesystem::path& file) {
    JoinedText joined;
    readDocuments(file, request.textField, [&](std::string&& text, std::int64_t) {
        joined.all += text;
        joined.all += blankLine;
        joined.ends.push_back(std::int64_t(joined.all.size()));
        joined.titles.push_back(documentTitle(text));
        return true;
    });
    if (!request.protocol.empty()) {
        joined.all.resize(joined.all.size() - blankLine.size());
        joined.ends.back() = std::int64_t(joined.all.size());
    }
    return joined;
}

// Rows of `length` values, `stride` apart; what fills no row is left out.
std::vector<std::int32_t> rowsOf(const std::vector<std::int32_t>& stream, std::int64_t length, std::int64_t stride) {
    std::vector<std::int32_t> rows;
    for (std::int64_t first = 0; first + length <= std::int64_t(stream.size()); first += stride)
        rows.insert(rows.end(), stream.begin() + first, stream.begin() + first + length);
    return rows;
}

void cut(const std::vector<std::int32_t>& stream, std::int64_t stride, WindowedIds& result) {
    result.ids = rowsOf(stream, result.length, stride);
    result.windows = std::int64_t(result.ids.size()) / result.length;
    result.scoredFrom.assign(std::size_t(result.windows), std::max<std::int64_t>(1, result.length - stride));
    if (result.windows == 0)
        badInput("the text has only " + std::to_string(stream.size()) + " tokens, fewer than one window of " +
                     std::to_string(result.length),
                 result.file.string(), "give more text, or a shorter window (--window)");
    result.scoredFrom.front() = 1;
}

WindowedIds givenWindows(const TextWindows& request) {
    IdFile file = readIdFile(request.ids, "input_ids");
    WindowedIds result;
    result.file = request.ids;
    result.ids = std::move(file.ids);
    result.windows = file.windows;
    result.length = file.length;
    result.tokens = result.windows * result.length;
    result.scoredFrom.assign(std::size_t(result.windows), 1);
    return result;
}

WindowedIds windowsOfText(const TextWindows& request, const std::filesystem::path& model, std::int64_t vocabulary) {
    if (request.window < 2 || request.stride < 0 || request.stride > request.window)
        throw Error(ErrorCode::usage, "a window needs at least two tokens, and a stride between 1 and the window",
                    "--window, --stride", "leave --stride out for windows that do not overlap");
    WindowedIds result;
    result.file = request.text.empty() || request.text == "bundled" ? bundledEvaluation() : request.text;
    result.length = request.window;
    const auto tokenizer = loadTokenizer(model);
    checkFits(*tokenizer, vocabulary);
    JoinedText joined = joinedText(request, result.file);
    std::vector<std::int32_t> stream = tokenizer->encode(joined.all, request.specialTokens);
    std::vector<std::int32_t> documents;
    if (joined.ends.size() > 1)
        documents = documentOfTokens(*tokenizer, stream, joined.ends);
    if (request.maxTokens > 0 && std::int64_t(stream.size()) > request.maxTokens)
        stream.resize(std::size_t(request.maxTokens));
    result.tokens = std::int64_t(stream.size());
    const std::int64_t stride = request.stride == 0 ? request.window : request.stride;
    cut(stream, stride, result);
    if (!documents.empty()) {
        documents.resize(stream.size());
        result.documentOf = rowsOf(documents, result.length, stride);
        result.documentTitles = std::move(joined.titles);
    }
    if (request.protocol == chunks)
        scoreSecondHalves(*tokenizer, request.specialTokens, result);
    return result;
}

} // namespace

WindowedIds makeWindows(const TextWindows& request, const std::filesystem::path& model, std::int64_t vocabulary) {
    checkProtocol(request);
    WindowedIds result = request.ids.empty() ? windowsOfText(request, model, vocabulary) : givenWindows(request);
    checkIds(result.ids, vocabulary, result.file.string());
    result.hash = idsHash(result.ids, result.windows, result.length);
    return result;
}

} // namespace awq::core
