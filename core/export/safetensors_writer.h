// SPDX-License-Identifier: GPL-3.0-or-later
// Writes safetensors, in one file or in shards with an index. All names, types and shapes are given first, so headers
// and space come first; the data may then come in any order, one tensor at a time, and the files are the same whatever
// that order is.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/export/manifest.h"
#include "core/export/output_file.h"

namespace awq::core {

class SafetensorsWriter {
public:
    // Creates STEM.safetensors, or STEM-00001-of-0000N.safetensors and STEM.safetensors.index.json when the tensors, in
    // the order given, do not fit into one file of maxShardBytes of data (a larger tensor has a shard of its own).
    // `metadata` joins
    // {"format": "pt"}. Throws Error(noResources) when the disk has no room, Error(badInput) when a file cannot be
    // created.
    SafetensorsWriter(const std::filesystem::path& folder, const std::string& stem,
                      const std::vector<TensorSpec>& tensors, std::uint64_t maxShardBytes,
                      std::map<std::string, std::string> metadata = {});

    // The bytes must be those of the declared type and shape; each tensor once. Throws Error(internal) otherwise.
    void write(std::string_view name, std::span<const std::byte> bytes);

    // Writes the index and syncs everything. Throws Error(internal) naming a tensor that was never written.
    void finish();

    const Manifest& manifest() const { return m_manifest; }                     // in the order given
    const std::vector<std::filesystem::path>& files() const { return m_paths; } // shards and index

private:
    struct Place {
        std::size_t shard = 0;
        std::uint64_t offset = 0; // from the start of the file
        std::size_t row = 0;      // in the manifest
        bool written = false;
    };
    void createShard(std::size_t shard, std::size_t shardCount, std::vector<std::size_t> rows);
    void writeIndex();

    std::filesystem::path m_folder;
    std::string m_stem;
    std::map<std::string, std::string> m_metadata;
    Manifest m_manifest;
    std::unordered_map<std::string_view, Place> m_places; // keys view into the manifest
    std::vector<OutputFile> m_shards;
    std::vector<std::filesystem::path> m_paths;
};

// A whole small file at once.
struct NamedTensor {
    TensorSpec spec;
    std::span<const std::byte> bytes;
};
void writeSafetensors(const std::filesystem::path& file, const std::vector<NamedTensor>& tensors,
                      std::map<std::string, std::string> metadata = {});

} // namespace awq::core
