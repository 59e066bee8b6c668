// SPDX-License-Identifier: GPL-3.0-or-later
// Which document of a joined text each of its tokens comes from.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/text/tokenizer.h"

namespace awq::core {

// `documentEnds`: ascending, in bytes of the text that `ids` were made from; the last is its length. A token that lies
// across a border belongs to the document it begins in. Exact where the ids decode to the text byte for byte; a
// tokenizer that normalizes shifts borders by as much as it changes the length before them.
std::vector<std::int32_t> documentOfTokens(const Tokenizer& tokenizer, std::span<const std::int32_t> ids,
                                           std::span<const std::int64_t> documentEnds);

// The beginning of a document on one line, valid UTF-8, at most about `bytes` long.
std::string documentTitle(const std::string& text, std::size_t bytes = 60);

} // namespace awq::core
