// SPDX-License-Identifier: GPL-3.0-or-later
// Where a run keeps its journal and results.
#pragma once

#include <filesystem>

#include "core/run/quantize_run.h"

namespace awq::app {

// The folder asked for, else "<output>.run".
std::filesystem::path runFolder(const core::QuantizeRequest& request);

} // namespace awq::app
