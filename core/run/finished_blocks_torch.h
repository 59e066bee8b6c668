// SPDX-License-Identifier: GPL-3.0-or-later
// The blocks of a run that need not be quantized again: their results in its folder, their tensors in a snapshot or,
// once the run is finished and its snapshots are gone, in the folder it wrote.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "core/model/model_folder.h"
#include "core/quant/search/group_quantizer_torch.h"
#include "core/store/run_store.h"

namespace awq::core {

class FinishedBlocks {
public:
    FinishedBlocks(const RunStore& store, const ModelFolder& model);

    bool has(int block) const; // its results and its tensors
    int leading() const;       // how many of the first blocks
    // Results alone: scale sets that need not be searched again.
    bool hasResult(int block) const;

    BlockResult result(int block) const; // with arrays
    // The snapshot; made from the written folder when it is gone. Any thread.
    std::filesystem::path snapshot(int block) const;
    std::map<std::string, QuantizedGroups> linears(int block) const; // by relative name, on the CPU

    static std::filesystem::path snapshotFile(const RunStore& store, int block);

private:
    bool hasSnapshot(int block) const;
    void restore(int block) const;

    mutable std::mutex m_restoring;
    const RunStore& m_store;
    const ModelFolder& m_model;
    std::optional<ModelFolder> m_written; // the folder the run wrote, unchanged since, in a format that keeps the codes
};

// Identifies a written folder: names, sizes and times of its weight files.
std::string writtenHash(const std::filesystem::path& folder);

} // namespace awq::core
