// SPDX-License-Identifier: GPL-3.0-or-later
// Finds the data folder.
#include "core/resource_dir.h"

#include <cstdlib>

#include "core/error.h"

namespace awq::core {

namespace fs = std::filesystem;

fs::path resourceDir() {
    if (const char* set = std::getenv("AWQ_RESOURCE_DIR"))
        return set;
    std::error_code ignored;
    const fs::path program = fs::read_symlink("/proc/self/exe", ignored);
    const fs::path installed = program.parent_path().parent_path() / "share" / "awq-studio";
    const fs::path source = AWQ_RESOURCES;
    for (const fs::path& folder : {installed, source})
        if (fs::exists(folder / "demo", ignored))
            return folder;
    badInput("the program's data folder is missing", installed.string(),
             "install the program whole, or set AWQ_RESOURCE_DIR to the folder that contains demo/");
}

fs::path demoModel() { return resourceDir() / "demo" / "model"; }
fs::path bundledCalibration() { return resourceDir() / "demo" / "calibration.jsonl"; }
fs::path bundledEvaluation() { return resourceDir() / "demo" / "evaluation.jsonl"; }

} // namespace awq::core
