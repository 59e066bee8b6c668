// SPDX-License-Identifier: GPL-3.0-or-later
// Finds ../shared beside the checkout, or where AWQ_SHARED_DIR says.
#include "tests/support/shared_data.h"

#include <cstdlib>

namespace awq::test {

std::filesystem::path sourceDir() { return AWQ_SOURCE_DIR; }

std::optional<std::filesystem::path> sharedPath(const std::filesystem::path& relative) {
    const char* override = std::getenv("AWQ_SHARED_DIR");
    const std::filesystem::path root = override ? std::filesystem::path(override) : sourceDir().parent_path() / "shared";
    const std::filesystem::path path = root / relative;
    if (!std::filesystem::exists(path))
        return std::nullopt;
    return path;
}

} // namespace awq::test
