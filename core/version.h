// SPDX-License-Identifier: GPL-3.0-or-later
// The program's version, from the build.
#pragma once

#include <string_view>

namespace awq::core {

std::string_view version(); // "0.1.0"

} // namespace awq::core
