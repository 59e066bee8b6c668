// SPDX-License-Identifier: GPL-3.0-or-later
// flock(2) on a small file.
#include "core/store/file_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "core/error.h"

namespace awq::core {

std::shared_ptr<const FileLock> FileLock::tryHold(const std::filesystem::path& file) {
    const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (descriptor < 0)
        badInput(std::string("cannot open the lock file: ") + std::strerror(errno), file.string(),
                 "check that the folder exists and may be written");
    std::shared_ptr<const FileLock> lock(new FileLock(descriptor));
    return ::flock(descriptor, LOCK_EX | LOCK_NB) == 0 ? lock : nullptr;
}

bool FileLock::isHeld(const std::filesystem::path& file) {
    const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0)
        return false;
    const bool held = ::flock(descriptor, LOCK_SH | LOCK_NB) != 0;
    ::close(descriptor);
    return held;
}

FileLock::~FileLock() {
    ::close(m_descriptor);
}

} // namespace awq::core
