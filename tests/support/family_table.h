// SPDX-License-Identifier: GPL-3.0-or-later
// The README's table of families: from the family pages, the scale sets of their variants, and the loader rules.
#pragma once

#include <string>

namespace awq::test {

// Markdown: family, models, architectures, scale sets, remarks, and who opens which format.
std::string familyTable();

} // namespace awq::test
