// SPDX-License-Identifier: GPL-3.0-or-later
// The tensors of a model folder or of one weight file, by name. Opening reads headers only; tensors are views of mapped
// files.
#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/model/tensor_info.h"

namespace awq::core {

// Cheap to copy; copies share the mapped files. Const functions may be called from several threads.
class TensorSource {
public:
    // A folder (safetensors before pytorch_model.bin, an index before a single file), or one .safetensors, .pt, .pth,
    // .bin file. Throws Error(badInput) naming file, tensor and offset when anything is missing or malformed.
    static TensorSource open(const std::filesystem::path& path);

    const std::filesystem::path& path() const;
    const std::vector<std::filesystem::path>& files() const; // the shards, in order
    const std::vector<TensorInfo>& tensors() const;          // shard by shard, in the order of their data

    const TensorInfo* find(std::string_view name) const; // null when absent
    const TensorInfo& at(std::string_view name) const;   // throws Error(badInput) when absent
    TensorBytes read(std::string_view name) const;       // throws Error(badInput) when absent

    // Hints; unknown names are ignored.
    void prefetch(std::span<const std::string> names) const; // start reading from disk in the background
    void release(std::span<const std::string> names)
        const; // drop the pages from memory; views stay valid and are read again when used

private:
    struct State;
    explicit TensorSource(std::shared_ptr<const State> state) : m_state(std::move(state)) {}
    std::shared_ptr<const State> m_state;
};

} // namespace awq::core
