// SPDX-License-Identifier: GPL-3.0-or-later
// Which of several cooperating processes this one is, as launchers (torchrun, Slurm, MPI scripts) tell it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace awq::core {

struct ProcessPlace {
    int rank = 0, count = 1; // RANK, WORLD_SIZE
    int localRank = -1;      // LOCAL_RANK, on its machine; -1: not told
    std::string address;     // MASTER_ADDR, MASTER_PORT: where the processes meet
    std::uint16_t port = 0;
    bool launcherListens = false; // the launcher itself holds that port, as torchrun does
};

// Nothing when this process is alone (no RANK, or WORLD_SIZE 1). Throws Error(usage) naming the variable when the
// description is incomplete.
std::optional<ProcessPlace> processPlace();

// The GPU of this process when the launcher numbers them and the recipe names none: "auto" -> "cuda:1"; else `device`.
std::string deviceFor(const std::string& device, const std::optional<ProcessPlace>& place);

} // namespace awq::core
