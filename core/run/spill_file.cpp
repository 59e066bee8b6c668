// SPDX-License-Identifier: GPL-3.0-or-later
// mmap(2) of an unlinked file.
#include "core/run/spill_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>

#include "core/error.h"
#include "core/store/atomic_file.h"
#include "core/units.h"

namespace awq::core {
namespace {

constexpr std::int64_t alignment = 64;

int reserved(const std::filesystem::path& folder, std::int64_t bytes) {
    std::string name = (folder / "hidden-states.XXXXXX").string();
    const int descriptor = ::mkostemp(name.data(), O_CLOEXEC);
    if (descriptor < 0)
        badInput(std::string("cannot create a file for hidden states: ") + std::strerror(errno), folder.string(),
                 "check that the run folder may be written");
    ::unlink(name.c_str());
    int error = ::posix_fallocate(descriptor, 0, off_t(bytes));
    if (error == EOPNOTSUPP || error == EINVAL)
        error = ::ftruncate(descriptor, off_t(bytes)) == 0 ? 0 : errno;
    if (error == 0)
        return descriptor;
    ::close(descriptor);
    throw Error(ErrorCode::noResources,
                "the disk is too full for the hidden states: " + formatBytes(bytes) + " needed, " +
                    formatBytes(freeDiskBytes(folder)) + " free",
                folder.string(), "free some space, choose another --run-dir, or use fewer --samples");
}

} // namespace

SpillFile::SpillFile(const std::filesystem::path& folder, std::int64_t bytes) : m_bytes(bytes) {
    const int descriptor = reserved(folder, bytes);
    void* data = ::mmap(nullptr, std::size_t(bytes), PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
    ::close(descriptor);
    if (data == MAP_FAILED)
        throw Error(ErrorCode::noResources, std::string("cannot map the hidden states: ") + std::strerror(errno),
                    folder.string(), "choose a --run-dir on a local disk");
    m_data = static_cast<std::byte*>(data);
}

SpillFile::~SpillFile() {
    ::munmap(m_data, std::size_t(m_bytes));
}

std::byte* SpillFile::take(std::int64_t bytes) {
    if (bytes > m_bytes - m_taken)
        throw Error(ErrorCode::internal, "the file for hidden states is too small");
    std::byte* place = m_data + m_taken;
    m_taken += (bytes + alignment - 1) / alignment * alignment;
    return place;
}

} // namespace awq::core
