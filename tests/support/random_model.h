// SPDX-License-Identifier: GPL-3.0-or-later
// Writes a small model of any family: a given config.json and random float32 weights of the shapes it asks for.
#pragma once

#include <filesystem>
#include <string>

#include "core/model/families/family.h"

namespace awq::test {

// `root` counts the family's tensor prefixes. The same arguments give the same bytes on every machine. Returns folder.
std::filesystem::path writeRandomModel(const std::filesystem::path& folder, const std::string& configJson,
                                       std::size_t root = 0);

} // namespace awq::test
