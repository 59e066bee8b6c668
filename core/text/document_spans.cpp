// SPDX-License-Identifier: GPL-3.0-or-later
// Finds where tokens begin by decoding them one after another.
#include "core/text/document_spans.h"

#include <algorithm>

namespace awq::core {

std::vector<std::int32_t> documentOfTokens(const Tokenizer& tokenizer, std::span<const std::int32_t> ids,
                                           std::span<const std::int64_t> documentEnds) {
    std::vector<std::int64_t> begins;
    begins.reserve(ids.size());
    StreamDecoder decoder(tokenizer);
    std::int64_t decoded = 0;
    for (const std::int32_t id : ids) {
        begins.push_back(decoded);
        decoded += std::int64_t(decoder.push(id).size());
    }
    decoded += std::int64_t(decoder.finish().size());
    const double stretch = decoded > 0 ? double(documentEnds.back()) / double(decoded) : 1;
    std::vector<std::int32_t> documents;
    documents.reserve(ids.size());
    for (const std::int64_t begin : begins) {
        const auto place = std::int64_t(stretch * double(begin) + 0.5);
        const auto document = std::ranges::upper_bound(documentEnds, place) - documentEnds.begin();
        documents.push_back(std::int32_t(std::min<std::ptrdiff_t>(document, std::ssize(documentEnds) - 1)));
    }
    return documents;
}

std::string documentTitle(const std::string& text, std::size_t bytes) {
    std::string title;
    for (const char c : text) {
        const bool space = c == ' ' || c == '\n' || c == '\r' || c == '\t';
        if (space && (title.empty() || title.back() == ' '))
            continue;
        const bool continues = (static_cast<unsigned char>(c) & 0xc0) == 0x80;
        if (title.size() >= bytes && !continues)
            return title + "…";
        title += space ? ' ' : c;
    }
    return title;
}

} // namespace awq::core
