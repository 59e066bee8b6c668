// SPDX-License-Identifier: GPL-3.0-or-later
// Files that appear whole or not at all: written under a temporary name in the same folder, flushed to disk, then
// renamed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string_view>

namespace awq::core {

// One thread at a time. Until commit() the file of the final name, if any, stays as it was.
class AtomicFile {
public:
    // Opens "<path>.partial", emptied if it exists. expectedBytes, when known, lets a full disk be reported with the
    // bytes missing for the whole file. Throws Error(badInput) when the folder cannot be written, Error(noResources)
    // when the disk is full.
    explicit AtomicFile(std::filesystem::path path, std::int64_t expectedBytes = 0);
    ~AtomicFile(); // removes the temporary file unless committed
    AtomicFile(const AtomicFile&) = delete;
    AtomicFile& operator=(const AtomicFile&) = delete;

    // Appends. Throws Error(noResources) that says how much is missing when the disk is full.
    void write(const void* data, std::size_t bytes);
    void write(std::string_view text) { write(text.data(), text.size()); }

    std::int64_t bytesWritten() const { return m_written; }

    // fsync, rename, fsync of the folder.
    void commit();

private:
    [[noreturn]] void fail(const char* action, std::size_t pending) const; // errno says why

    std::filesystem::path m_path, m_partial;
    std::int64_t m_expected = 0, m_written = 0;
    int m_descriptor = -1;
};

void writeFileAtomically(const std::filesystem::path& path, std::string_view contents);

// Makes the entries of a folder durable; for callers that rename whole folders.
void syncFolder(const std::filesystem::path& folder);

// Bytes an ordinary user may still write on the disk that holds the path (or its nearest existing parent).
std::int64_t freeDiskBytes(const std::filesystem::path& path);

} // namespace awq::core
