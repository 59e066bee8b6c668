// SPDX-License-Identifier: GPL-3.0-or-later
// Where a checkpoint writer puts its tensors: safetensors shards or one torch file. Declared first, then written in any
// order.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "core/export/manifest.h"

namespace awq::core {

class TensorSink {
public:
    virtual ~TensorSink() = default;
    virtual void write(const std::string& name, std::span<const std::byte> bytes) = 0; // each declared tensor once
    virtual void finish() = 0;                                                         // everything is on the disk
    virtual const Manifest& manifest() const = 0;
};

// model.safetensors, or shards with an index.
std::unique_ptr<TensorSink> safetensorsSink(const std::filesystem::path& folder, const std::vector<TensorSpec>& tensors,
                                            std::uint64_t maxShardBytes);

// A state dict in FOLDER/STEM.pt; `aliases` are further names of declared tensors (name, declared name).
std::unique_ptr<TensorSink> torchSink(const std::filesystem::path& folder, const std::string& stem,
                                      const std::vector<TensorSpec>& tensors,
                                      const std::vector<std::pair<std::string, std::string>>& aliases);

} // namespace awq::core
