// SPDX-License-Identifier: GPL-3.0-or-later
// Versions of the libraries this program runs with, for About and for reports of problems.
#pragma once

#include <string>
#include <vector>

namespace awq::core {

struct ComponentVersion {
    std::string name, version; // "LibTorch", "2.11.0"
};

// LibTorch, the CUDA toolkit of the build, driver and device where there is one, SentencePiece, nlohmann_json. Asking
// for the device may take a second the first time.
std::vector<ComponentVersion> componentVersions();

} // namespace awq::core
