// SPDX-License-Identifier: GPL-3.0-or-later
// Evaluation windows: the token ids perplexity is computed on, from a text or an id file.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "core/run/evaluate_run.h"

namespace awq::core {

struct WindowedIds {
    std::vector<std::int32_t> ids; // [windows, length], row-major
    std::int64_t windows = 0, length = 0;
    std::vector<std::int64_t> scoredFrom; // per window: index of the first token whose prediction counts, at least 1
    std::int64_t tokens = 0;              // of the whole text
    std::filesystem::path file;
    std::string hash; // of the ids, in hex

    // Of a text with several documents; else empty.
    std::vector<std::int32_t> documentOf;    // [windows, length], from 0
    std::vector<std::string> documentTitles; // one per document of the text
};

// Documents are joined, each followed by a blank line, and tokenized as one text, special tokens once at the start; the
// rest that fills no window is cut. With a stride, windows overlap and only tokens not seen before count. Throws
// Error(badInput): text or tokenizer unusable, fewer tokens than one window, ids outside the vocabulary; Error(usage):
// impossible window or stride.
WindowedIds makeWindows(const TextWindows& request, const std::filesystem::path& model, std::int64_t vocabulary);

} // namespace awq::core
