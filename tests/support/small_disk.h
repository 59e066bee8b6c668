// SPDX-License-Identifier: GPL-3.0-or-later
// A disk of a few megabytes that a test can fill: a memory file system mounted on a folder. Needs root.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>

namespace awq::test {

class SmallDisk {
public:
    // Null when this user or machine may not mount file systems; the test then says "skipped".
    static std::unique_ptr<SmallDisk> mount(const std::filesystem::path& folder, std::int64_t bytes);
    ~SmallDisk();
    SmallDisk(const SmallDisk&) = delete;
    SmallDisk& operator=(const SmallDisk&) = delete;

    const std::filesystem::path& folder() const { return m_folder; }

private:
    explicit SmallDisk(std::filesystem::path folder) : m_folder(std::move(folder)) {}

    std::filesystem::path m_folder;
};

} // namespace awq::test
