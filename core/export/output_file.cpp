// SPDX-License-Identifier: GPL-3.0-or-later
// Writing files on POSIX.
#include "core/export/output_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "core/error.h"
#include "core/store/atomic_file.h"
#include "core/units.h"

namespace awq::core {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void diskFull(const fs::path& path, std::uint64_t needed, std::uint64_t available) {
    const std::uint64_t missing = needed > available ? needed - available : needed;
    throw Error(ErrorCode::noResources,
                "the disk is full: " + std::to_string(missing) + " bytes missing (" + std::to_string(needed) +
                    " needed, " + std::to_string(available) + " free)",
                path.string(),
                "free at least " + formatBytes(std::int64_t(missing)) +
                    " on this disk, or choose an output folder on another one");
}

} // namespace

OutputFile::OutputFile(const fs::path& path) : m_path(path) {
    m_fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (m_fd < 0)
        fail("create", errno, 0);
}

OutputFile::OutputFile(OutputFile&& other) noexcept
    : m_path(std::move(other.m_path)), m_fd(std::exchange(other.m_fd, -1)), m_size(other.m_size) {}

OutputFile::~OutputFile() {
    if (m_fd >= 0)
        ::close(m_fd);
}

void OutputFile::fail(const char* action, int error, std::uint64_t bytes) const {
    if (error == ENOSPC || error == EDQUOT)
        diskFull(m_path, bytes, std::uint64_t(freeDiskBytes(m_path)));
    throw Error(error == EIO ? ErrorCode::noResources : ErrorCode::badInput,
                std::string("cannot ") + action + " the file: " + std::strerror(error), m_path.string(),
                "check the folder's permissions, or choose another output folder");
}

void OutputFile::reserve(std::uint64_t bytes) {
    int error = 0;
    if (bytes > 0 && ::fallocate(m_fd, 0, 0, off_t(bytes)) != 0)
        error = errno;
    if (error == EOPNOTSUPP || error == ENOSYS)
        error = ::ftruncate(m_fd, off_t(bytes)) == 0 ? 0 : errno;
    if (error != 0)
        fail("reserve space for", error, bytes);
    m_size = bytes;
}

void OutputFile::writeAt(std::uint64_t offset, std::span<const std::byte> bytes) {
    while (!bytes.empty()) {
        const ssize_t written = ::pwrite(m_fd, bytes.data(), bytes.size(), off_t(offset));
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            fail("write", written < 0 ? errno : EIO, bytes.size());
        offset += std::uint64_t(written);
        bytes = bytes.subspan(std::size_t(written));
    }
    m_size = std::max(m_size, offset);
}

void OutputFile::sync() {
    if (::fsync(m_fd) != 0)
        fail("sync", errno, m_size);
    ::posix_fadvise(m_fd, 0, 0, POSIX_FADV_DONTNEED); // so that reading back reads the disk
}

void requireDiskSpace(const fs::path& folder, std::uint64_t bytes) {
    if (const auto available = std::uint64_t(freeDiskBytes(folder)); available < bytes)
        diskFull(folder, bytes, available);
}

} // namespace awq::core
