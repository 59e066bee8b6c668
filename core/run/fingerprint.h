// SPDX-License-Identifier: GPL-3.0-or-later
// What makes two runs the same run: a change in any part means finished blocks cannot be used again.
#pragma once

#include <string>

#include "core/model/model_folder.h"
#include "core/store/run_store.h"

namespace awq::core {

// `device`, `dtype`: as resolved. Threads, prefetching and memory limits do not change results and are left out. Shards
// count by name, size, time of change and tensor table, not by content.
Fingerprint fingerprintOf(const ModelFolder& model, const Recipe& recipe, const std::string& calibrationHash,
                          const std::string& device, const std::string& dtype);

// Names, sizes, times of change and tensor table of the weight files.
std::string shardHash(const TensorSource& tensors);

// Of config and shards together, hex.
std::string modelHash(const ModelFolder& model);

// One line of text, and back.
std::string textOf(const Fingerprint& fingerprint);
Fingerprint fingerprintFromText(const std::string& text);

// Throws Error(badInput) that says which parts changed.
void requireSame(const Fingerprint& before, const Fingerprint& now, const std::string& runDir);

} // namespace awq::core
