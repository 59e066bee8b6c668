// SPDX-License-Identifier: GPL-3.0-or-later
// Mounts and unmounts a small tmpfs.
#include "tests/support/small_disk.h"

#include <sys/mount.h>

#include <string>

namespace awq::test {

std::unique_ptr<SmallDisk> SmallDisk::mount(const std::filesystem::path& folder, std::int64_t bytes) {
    std::filesystem::create_directories(folder);
    const std::string options = "size=" + std::to_string(bytes);
    if (::mount("tmpfs", folder.c_str(), "tmpfs", 0, options.c_str()) != 0)
        return nullptr;
    return std::unique_ptr<SmallDisk>(new SmallDisk(folder));
}

SmallDisk::~SmallDisk() {
    ::umount2(m_folder.c_str(), MNT_DETACH);
}

} // namespace awq::test
