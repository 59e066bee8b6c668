// SPDX-License-Identifier: GPL-3.0-or-later
// A file that stands in for memory: mapped, without a name, gone with the process.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>

namespace awq::core {

class SpillFile {
public:
    // Reserves the space at once. Throws Error(noResources) when the disk has too little, Error(badInput) when the
    // folder cannot be written.
    SpillFile(const std::filesystem::path& folder, std::int64_t bytes);
    ~SpillFile();
    SpillFile(const SpillFile&) = delete;
    SpillFile& operator=(const SpillFile&) = delete;

    // The next so many bytes, aligned to 64; valid as long as this lives. Throws Error(internal) past the end.
    std::byte* take(std::int64_t bytes);

private:
    std::byte* m_data = nullptr;
    std::int64_t m_bytes = 0, m_taken = 0;
};

} // namespace awq::core
