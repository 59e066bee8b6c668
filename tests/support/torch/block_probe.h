// SPDX-License-Identifier: GPL-3.0-or-later
// Blocks taken apart for tests.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace awq::test {

struct SeenLinear {
    std::string name;
    std::int64_t tokens = 0, columns = 0;
    int input = 0; // which of the block's inputs, counted as they appear; equal: one and the same tensor
};

// What an observer of block 0 sees for 2 sequences of 5 tokens.
std::vector<SeenLinear> seenLinears(const std::filesystem::path& model);

// Largest differences of block 0: "block" run as an inspected module; "sum" of its hidden states and the outputs of the
// scale sets' inspected modules on their observed inputs; each inspected linear by name.
std::map<std::string, double> moduleDifferences(const std::filesystem::path& model);

} // namespace awq::test
