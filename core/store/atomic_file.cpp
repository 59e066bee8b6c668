// SPDX-License-Identifier: GPL-3.0-or-later
// Write, fsync, rename; and errors that tell a full disk from a forbidden folder.
#include "core/store/atomic_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "core/error.h"
#include "core/units.h"

namespace awq::core {

namespace fs = std::filesystem;

namespace {

fs::path folderOf(const fs::path& path) {
    return path.has_parent_path() ? path.parent_path() : fs::path(".");
}

[[noreturn]] void diskFull(const fs::path& path, std::int64_t missing) {
    throw Error(ErrorCode::noResources, "the disk is full: " + formatBytes(missing) + " missing", path.string(),
                "free at least " + formatBytes(missing) + " on this disk, or choose a folder on another one");
}

} // namespace

AtomicFile::AtomicFile(fs::path path, std::int64_t expectedBytes)
    : m_path(std::move(path)), m_partial(m_path.string() + ".partial"), m_expected(expectedBytes) {
    m_descriptor = ::open(m_partial.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (m_descriptor < 0)
        fail("create", 0);
}

AtomicFile::~AtomicFile() {
    if (m_descriptor < 0)
        return;
    ::close(m_descriptor);
    ::unlink(m_partial.c_str());
}

void AtomicFile::fail(const char* action, std::size_t pending) const {
    const int reason = errno;
    if (reason == ENOSPC || reason == EDQUOT) {
        const std::int64_t total = std::max(m_expected, m_written + std::int64_t(pending));
        diskFull(m_path, std::max<std::int64_t>(1, total - m_written - freeDiskBytes(m_path)));
    }
    badInput(std::string("cannot ") + action + " the file: " + std::strerror(reason), m_path.string(),
             "check that the folder exists and may be written, or choose another one");
}

void AtomicFile::write(const void* data, std::size_t bytes) {
    const char* next = static_cast<const char*>(data);
    while (bytes > 0) {
        const ssize_t count = ::write(m_descriptor, next, bytes);
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            fail("write", bytes);
        next += count;
        bytes -= std::size_t(count);
        m_written += count;
    }
}

void AtomicFile::commit() {
    if (::fsync(m_descriptor) != 0)
        fail("flush", 0);
    if (::close(std::exchange(m_descriptor, -1)) != 0 || ::rename(m_partial.c_str(), m_path.c_str()) != 0) {
        const int reason = errno;
        ::unlink(m_partial.c_str());
        errno = reason;
        fail("finish", 0);
    }
    syncFolder(folderOf(m_path));
}

void writeFileAtomically(const fs::path& path, std::string_view contents) {
    AtomicFile file(path, std::int64_t(contents.size()));
    file.write(contents);
    file.commit();
}

void syncFolder(const fs::path& folder) {
    const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0)
        badInput(std::string("cannot open the folder: ") + std::strerror(errno), folder.string());
    ::fsync(descriptor); // some file systems refuse this for folders; the rename itself has happened
    ::close(descriptor);
}

std::int64_t freeDiskBytes(const fs::path& path) {
    std::error_code error;
    fs::path existing = fs::absolute(path, error);
    while (!fs::exists(existing, error) && existing.has_relative_path())
        existing = existing.parent_path();
    const fs::space_info space = fs::space(existing, error);
    return error ? 0 : std::int64_t(space.available);
}

} // namespace awq::core
