// SPDX-License-Identifier: GPL-3.0-or-later
// A file being written: space reserved ahead, writes at any place, synced before it counts. A full disk says how much
// is missing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

namespace awq::core {

class OutputFile {
public:
    // Creates the file; it must not exist. Throws Error(badInput) when the folder is missing or read-only,
    // Error(noResources) when the disk is full.
    explicit OutputFile(const std::filesystem::path& path);
    ~OutputFile();
    OutputFile(OutputFile&& other) noexcept;
    OutputFile(const OutputFile&) = delete;
    OutputFile& operator=(const OutputFile&) = delete;

    const std::filesystem::path& path() const { return m_path; }
    std::uint64_t size() const { return m_size; } // end of the last write, or of the reserved space

    // Makes the file this long, with disk space behind it where the file system can promise that.
    void reserve(std::uint64_t bytes);
    void writeAt(std::uint64_t offset, std::span<const std::byte> bytes);
    void append(std::span<const std::byte> bytes) { writeAt(m_size, bytes); }
    void append(std::string_view text) { append(std::as_bytes(std::span(text))); }
    void sync(); // until the bytes are on the disk

private:
    [[noreturn]] void fail(const char* action, int error, std::uint64_t bytes) const;

    std::filesystem::path m_path;
    int m_fd = -1;
    std::uint64_t m_size = 0;
};

// Throws Error(noResources) that says how many bytes are missing.
void requireDiskSpace(const std::filesystem::path& folder, std::uint64_t bytes);

} // namespace awq::core
