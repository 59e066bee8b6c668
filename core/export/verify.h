// SPDX-License-Identifier: GPL-3.0-or-later
// Reads written checkpoints back and says what is wrong with them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "core/export/manifest.h"

namespace awq::core {

struct Mismatch {
    std::string tensor; // empty: the whole checkpoint
    std::string what;
};

struct VerifyReport {
    std::int64_t tensors = 0; // looked at
    std::vector<Mismatch> mismatches;

    bool ok() const { return mismatches.empty(); }
};

// Every tensor of the folder (or weight file) against what its writer was given: name, type, shape, checksum.
// Unreadable files are mismatches too.
VerifyReport verifyWritten(const std::filesystem::path& path, const Manifest& manifest, std::stop_token stop = {});

// Any checkpoint folder by itself: headers, every packed linear complete and consistent with config.json, scales finite
// and positive, floats finite, no block with fewer tensors than the others. With `against`, the float model it came
// from: nothing missing or unexpected, shapes equal, and sampled rows of every matrix equal to the float ones up to a
// factor per row and per column (which is what folding channel scales changes) and the quantization step. Throws
// Error(badInput) when `against` cannot be read, Error(cancelled) when stopped.
VerifyReport verifyFolder(const std::filesystem::path& folder, const std::optional<std::filesystem::path>& against = {},
                          std::stop_token stop = {});

} // namespace awq::core
