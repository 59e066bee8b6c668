// SPDX-License-Identifier: GPL-3.0-or-later
// The folder a run writes: filled under a temporary name beside it and renamed when complete, so it is whole or absent.
#pragma once

#include <filesystem>

namespace awq::core {

class OutputFolder {
public:
    // Prepares to write `target`, removing what an interrupted run left under the temporary name "<target>.partial".
    // Throws Error(badInput) when target is not empty (unless replace is set and it holds a model: a config.json), is a
    // file, lies in a read-only folder, equals or contains `source`, or is being written by another process.
    OutputFolder(const std::filesystem::path& target, const std::filesystem::path& source, bool replace);
    ~OutputFolder(); // removes the temporary folder unless committed
    OutputFolder(const OutputFolder&) = delete;
    OutputFolder& operator=(const OutputFolder&) = delete;

    const std::filesystem::path& work() const { return m_work; } // write here
    const std::filesystem::path& target() const { return m_target; }

    // Syncs every file, then moves the folder to its final name in one step.
    void commit();

private:
    void lock();
    void moveToTarget();

    std::filesystem::path m_target, m_work;
    int m_lock = -1; // descriptor of the work folder, locked
    bool m_committed = false;
};

} // namespace awq::core
