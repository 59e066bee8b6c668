// SPDX-License-Identifier: GPL-3.0-or-later
// A file that one process at a time can hold; the system lets go of it when the process ends, however it ends.
#pragma once

#include <filesystem>
#include <memory>

namespace awq::core {

class FileLock {
public:
    // Creates the file if need be; null when another holder has it. Throws Error(badInput) when it cannot be opened.
    static std::shared_ptr<const FileLock> tryHold(const std::filesystem::path& file);
    static bool isHeld(const std::filesystem::path& file); // false when there is no such file
    ~FileLock();
    FileLock(const FileLock&) = delete;
    FileLock& operator=(const FileLock&) = delete;

private:
    explicit FileLock(int descriptor) : m_descriptor(descriptor) {}
    int m_descriptor;
};

} // namespace awq::core
