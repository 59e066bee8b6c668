// SPDX-License-Identifier: GPL-3.0-or-later
// The families as a table for people.
#pragma once

#include <string>

namespace awq::core {

// Markdown: one row per page; models, architectures, what is scaled and what is not, which programs open the result.
std::string familyTable();

} // namespace awq::core
