// SPDX-License-Identifier: GPL-3.0-or-later
// The version as CMake knows it.
#include "core/version.h"

namespace awq::core {

std::string_view version() {
    return AWQ_VERSION;
}

} // namespace awq::core
