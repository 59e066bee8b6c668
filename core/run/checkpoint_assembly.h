// SPDX-License-Identifier: GPL-3.0-or-later
// Puts the output folder together: quantized blocks from their snapshots, everything else from the float model.
#pragma once

#include <filesystem>
#include <memory>

#include "core/dtype.h"
#include "core/export/manifest.h"
#include "core/model/model_folder.h"
#include "core/plan/plan.h"

namespace awq::core {

// The type of floats and group scales that a recipe's format writes. `compute`: what the run computes in, for
// "simulated".
DType storageType(const Recipe& recipe, DType model, DType compute);

class CheckpointAssembly {
public:
    // Reserves the disk space in `folder`, which exists and is empty. Throws as CheckpointWriter.
    CheckpointAssembly(const ModelFolder& model, const Plan& plan, DType storage, const std::filesystem::path& folder);
    ~CheckpointAssembly();

    void addBlock(int block, const std::filesystem::path& snapshot);
    // Everything outside the blocks, config.json and side files. Returns what was written.
    Manifest finish();

private:
    struct State;
    std::unique_ptr<State> m_state;
};

} // namespace awq::core
