// SPDX-License-Identifier: GPL-3.0-or-later
// The folder a run keeps: recipe, fingerprint, journal of events, one result file per finished block. Inspect, resume
// and the report read it.
//   run.json            model, output, recipe, version, fingerprint, state
//   journal.jsonl       events, one JSON object per line
//   block-00012.json    BlockResult without arrays, and the checksums of the arrays beside it in
//   block-00012.safetensors run.lock            held while a process works on the run
// Files appear whole (temporary name, fsync, rename); a damaged one is reported, the rest stays readable.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/event.h"
#include "core/plan/recipe.h"
#include "core/quant/results.h"
#include "core/store/file_lock.h"

namespace awq::core {

// What must be equal for a run to be resumed; each part a hash in hex, or plain text where that is short.
struct Fingerprint {
    std::string config, shards, calibration, recipe, version;

    bool operator==(const Fingerprint&) const = default;
};

struct RunInfo {
    std::filesystem::path model, output;
    Recipe recipe;
    Fingerprint fingerprint;
    int blocks = 0;
    // "running", "committing" (the output gets its name), "finished", "failed", "cancelled", "changed" (choices changed
    // after the output was written); one of the first two without a living process means it was interrupted.
    std::string state;
    std::string written;   // identifies the folder written last, see writtenHash(); empty: none was
    std::string startedAt; // ISO 8601, UTC
};

class RunStore {
public:
    // Starts a new store and locks it; the folder must not hold another run. An empty startedAt becomes now. Throws
    // Error.
    static RunStore create(const std::filesystem::path& folder, const RunInfo& info);
    // Opens an existing one for reading. Throws Error naming the damaged file.
    static RunStore open(const std::filesystem::path& folder);

    // Call before resuming: until this store is destroyed, no other process can. Throws Error(badInput) when one
    // already does.
    void lock();
    // Whether some process holds the lock; a "running" store without one was interrupted.
    static bool isLocked(const std::filesystem::path& folder);

    // Deletes the folder and everything in it. Throws Error when it holds no run, or a process works on it.
    static void discard(const std::filesystem::path& folder);

    const std::filesystem::path& folder() const { return m_folder; }
    const RunInfo& info() const { return m_info; }
    void setState(const std::string& state);
    void setFinished(const std::string& written); // see RunInfo::written
    // Another recipe from now on; a finished run becomes a changed one.
    void change(const Recipe& recipe, const Fingerprint& fingerprint);

    void append(const Event& event);    // to the journal; lossy events are left out
    std::vector<Event> journal() const; // readable lines; a torn last line is skipped

    void saveBlock(const BlockResult& result);
    std::vector<int> finishedBlocks() const;          // saved ones, ascending
    void removeBlock(int block);                      // its results; they may be absent
    void adoptBlock(const RunStore& from, int block); // moves the results of another store on the same disk here
    // Both throw Error(badInput) naming the file and what is damaged in it.
    BlockResult loadBlock(int block) const;        // with arrays
    BlockResult loadBlockSummary(int block) const; // without arrays: cheap
    // Files that hold the block's output tensors and hidden states for resume live here; the run names them.
    std::filesystem::path blockFile(int block, const std::string& suffix) const;

private:
    RunStore(std::filesystem::path folder, RunInfo info) : m_folder(std::move(folder)), m_info(std::move(info)) {}

    void writeInfo() const;

    std::filesystem::path m_folder;
    RunInfo m_info;
    std::shared_ptr<const FileLock> m_lock; // shared by copies of this store
};

} // namespace awq::core
