// SPDX-License-Identifier: GPL-3.0-or-later
// Small files for tests.
#pragma once

#include <filesystem>
#include <string>

namespace awq::test {

std::filesystem::path writeFile(const std::filesystem::path& path,
                                const std::string& bytes); // makes the folders; returns path
std::string readFile(const std::filesystem::path& path);

// JSON written with ' instead of ", which keeps test sources readable.
std::string json(std::string text);

// A safetensors file: the header's length, the header as given, the data.
std::string safetensorsBytes(const std::string& header, const std::string& data);

} // namespace awq::test
