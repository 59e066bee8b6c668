// SPDX-License-Identifier: GPL-3.0-or-later
// Where a run keeps its folder.
#include "app/run_folder.h"

namespace awq::app {

std::filesystem::path runFolder(const core::QuantizeRequest& request) {
    return request.runDir.empty() ? std::filesystem::path(request.output.string() + ".run") : request.runDir;
}

} // namespace awq::app
