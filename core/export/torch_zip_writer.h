// SPDX-License-Identifier: GPL-3.0-or-later
// Writes files that torch.load reads: tensors go to disk as they come, the value that holds them is written last.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/export/output_file.h"
#include "core/model/pickle_value.h"

namespace awq::core {

class TorchZipWriter {
public:
    // Creates the file; it must not exist. Entries lie below the folder `root`; torch.save takes the file's stem.
    TorchZipWriter(const std::filesystem::path& path, std::string root);

    // Writes a tensor's bytes (row-major) and returns what stands for it in the value given to finish(); placing it
    // there twice makes two names share one storage.
    PickleValue add(DType dtype, const std::vector<std::int64_t>& shape, std::span<const std::byte> bytes);

    // Writes the value and the archive's directory, and syncs.
    void finish(const PickleValue& root);

private:
    struct Entry {
        std::string name;
        std::uint32_t crc = 0;
        std::uint64_t bytes = 0, offset = 0; // of the local header
    };
    void addEntry(const std::string& name, std::span<const std::byte> bytes);
    void writeDirectory();

    OutputFile m_file;
    std::string m_root;
    std::vector<Entry> m_entries;
    std::size_t m_storages = 0;
};

} // namespace awq::core
