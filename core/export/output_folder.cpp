// SPDX-License-Identifier: GPL-3.0-or-later
// Temporary folder, lock, atomic rename.
#include "core/export/output_folder.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string>

#include "core/error.h"
#include "core/store/atomic_file.h"

namespace awq::core {
namespace {

namespace fs = std::filesystem;

bool isInside(const fs::path& inner, const fs::path& outer) {
    return std::mismatch(outer.begin(), outer.end(), inner.begin(), inner.end()).first == outer.end();
}

// Absolute, without links and without a trailing slash.
fs::path resolved(const fs::path& path) {
    fs::path clean = fs::weakly_canonical(fs::absolute(path));
    return clean.has_filename() ? clean : clean.parent_path();
}

void checkTarget(const fs::path& target, const fs::path& source, bool replace) {
    if (isInside(resolved(source), target))
        badInput("the output folder is the model's own folder or contains it", target.string(),
                 "choose another output folder");
    if (!fs::exists(fs::symlink_status(target)))
        return;
    if (!fs::is_directory(target))
        badInput("the output exists and is not a folder", target.string(), "choose another output folder");
    if (fs::is_empty(target))
        return;
    if (!replace)
        badInput("the output folder is not empty", target.string(),
                 "choose another folder, or ask to replace this one (--force)");
    if (!fs::exists(target / "config.json"))
        badInput("the output folder is not empty and holds no model, so it is not replaced", target.string(),
                 "choose another folder, or empty this one yourself");
}

void syncFile(const fs::path& file) {
    const int fd = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
    const bool synced = fd >= 0 && ::fsync(fd) == 0;
    const int error = errno;
    if (fd >= 0)
        ::close(fd);
    if (!synced)
        throw Error(ErrorCode::noResources, std::string("cannot sync the file: ") + std::strerror(error), file.string(),
                    "check the disk, then try again");
}

} // namespace

OutputFolder::OutputFolder(const fs::path& target, const fs::path& source, bool replace) : m_target(resolved(target)) {
    checkTarget(m_target, source, replace);
    m_work = m_target.string() + ".partial";
    std::error_code error;
    fs::create_directories(m_work, error);
    if (error)
        badInput("cannot create the output folder: " + error.message(), m_work.string(),
                 "check the permissions of the folder above, or choose another output folder");
    lock();
    for (const fs::directory_entry& entry : fs::directory_iterator(m_work))
        fs::remove_all(entry.path());
}

void OutputFolder::lock() {
    m_lock = ::open(m_work.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (m_lock >= 0 && ::flock(m_lock, LOCK_EX | LOCK_NB) == 0)
        return;
    const bool busy = errno == EWOULDBLOCK;
    if (m_lock >= 0)
        ::close(m_lock);
    badInput(busy ? "another run is writing this output"
                  : std::string("cannot lock the output folder: ") + std::strerror(errno),
             m_work.string(), "wait for the other run, or choose another output folder");
}

OutputFolder::~OutputFolder() {
    if (!m_committed) {
        std::error_code ignored;
        fs::remove_all(m_work, ignored);
    }
    ::close(m_lock);
}

// In one step; where the file system cannot exchange two folders, the old one is moved aside first.
void OutputFolder::moveToTarget() {
    if (::rename(m_work.c_str(), m_target.c_str()) == 0) // absent or empty target
        return;
    if (errno == ENOTEMPTY || errno == EEXIST) {
        if (::renameat2(AT_FDCWD, m_work.c_str(), AT_FDCWD, m_target.c_str(), RENAME_EXCHANGE) == 0) {
            fs::remove_all(m_work);
            return;
        }
        const fs::path aside = m_target.string() + ".replaced";
        fs::remove_all(aside);
        if (::rename(m_target.c_str(), aside.c_str()) == 0 && ::rename(m_work.c_str(), m_target.c_str()) == 0) {
            fs::remove_all(aside);
            return;
        }
    }
    badInput(std::string("cannot move the finished folder to its name: ") + std::strerror(errno), m_target.string(),
             "check that nothing else has created or changed that folder");
}

void OutputFolder::commit() {
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(m_work)) {
        if (entry.is_regular_file())
            syncFile(entry.path());
        else if (entry.is_directory())
            syncFolder(entry.path());
    }
    syncFolder(m_work);
    moveToTarget();
    m_committed = true;
    syncFolder(m_target.parent_path());
}

} // namespace awq::core
