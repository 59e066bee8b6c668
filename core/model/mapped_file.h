// SPDX-License-Identifier: GPL-3.0-or-later
// A file mapped read-only into memory, with hints to the kernel about what is needed soon and what no longer.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>

#include "core/model/tensor_info.h"

namespace awq::core {

class MappedFile {
public:
    // Throws Error(badInput) when the file is missing, unreadable, empty or a Git LFS pointer.
    static std::shared_ptr<const MappedFile> open(const std::filesystem::path& path);

    MappedFile(std::filesystem::path path, const std::byte* data, std::size_t size);
    ~MappedFile();
    MappedFile(const MappedFile&) = delete;
    MappedFile& operator=(const MappedFile&) = delete;

    const std::filesystem::path& path() const { return m_path; }
    std::span<const std::byte> bytes() const { return {m_data, m_size}; }
    std::uint64_t size() const { return m_size; }

    void willNeed(std::uint64_t offset, std::uint64_t length) const; // starts reading in the background
    void dontNeed(std::uint64_t offset,
                  std::uint64_t length) const; // drops the pages from this process; views stay valid

private:
    std::filesystem::path m_path;
    const std::byte* m_data;
    std::size_t m_size;
};

// The bytes of a tensor that lies in the file: a view where it is contiguous and aligned, else a copy.
// The caller has checked that offset, shape and strides stay inside the file.
TensorBytes readTensor(const std::shared_ptr<const MappedFile>& file, const TensorInfo& info);

// Bytes of the file the tensor spans, from its first to its last element.
std::uint64_t spannedBytes(const TensorInfo& info);

} // namespace awq::core
