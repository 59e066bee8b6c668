// SPDX-License-Identifier: GPL-3.0-or-later
// The calibration set: windows of token ids, and the story of where they came from. Nothing is left out silently.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "core/plan/recipe.h"

namespace awq::core {

struct CalibrationSet {
    std::vector<std::int32_t> ids;        // [windows, length], row-major
    std::int64_t windows = 0, length = 0; // tokens per window
    std::filesystem::path file;           // the text or id file that was read
    std::string hash;                     // of the ids and their shape, in hex

    // All zero for id files.
    std::int64_t documents = 0;               // read, with any text in them
    std::int64_t documentsUsed = 0;           // with at least one token in a window
    std::int64_t documentsTooLong = 0;        // left out by the rule pileval: more tokens than a window
    std::int64_t documentsEmpty = 0;          // left out: no text
    std::int64_t duplicates = 0;              // documents whose text had come before; they are used all the same
    std::int64_t tokens = 0;                  // of the documents read
    std::int64_t tokensCut = 0;               // of used documents that found no place in a full window
    std::int64_t replacedBytes = 0;           // that were not UTF-8
    std::vector<std::int64_t> documentTokens; // tokens of each document read, in the order used; for a length histogram
    std::string preview;                      // the beginning of the first window's text

    // What was left out or cut, and what else a user should know; one sentence each, empty when there is nothing.
    std::vector<std::string> notes() const;
};

// `model`: folder whose tokenizer is used; `vocabulary`: rows of its embedding. Rules:
//   pack     documents in an order shuffled by the seed, tokenized with special tokens, one after another, cut into
//   windows;
//            reading stops when there are enough
//   pileval  llm-awq's: the first `samples` documents of numpy's permutation by the seed that, stripped and tokenized,
//   are neither
//            empty nor longer than a window; concatenated and cut into windows, so there are fewer windows than samples
// Throws Error(badInput): text or tokenizer unusable, fewer tokens than one window, ids outside the vocabulary.
CalibrationSet buildCalibration(const CalibrationOptions& options, const std::filesystem::path& model,
                                std::int64_t vocabulary);

} // namespace awq::core
