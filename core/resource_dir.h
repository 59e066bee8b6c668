// SPDX-License-Identifier: GPL-3.0-or-later
// Where the program's own data lie: demo model, bundled texts.
#pragma once

#include <filesystem>

namespace awq::core {

// AWQ_RESOURCE_DIR when set; else share/awq-studio beside the installed program; else the source tree this program was built from.
// Throws Error(badInput) when none of them is there.
std::filesystem::path resourceDir();

std::filesystem::path demoModel();        // a model folder
std::filesystem::path bundledCalibration(); // .jsonl
std::filesystem::path bundledEvaluation();  // .jsonl

} // namespace awq::core
