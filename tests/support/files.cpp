// SPDX-License-Identifier: GPL-3.0-or-later
// Small files for tests.
#include "tests/support/files.h"

#include <algorithm>
#include <fstream>
#include <iterator>

#include "tests/support/zip_bytes.h"

namespace awq::test {

std::filesystem::path writeFile(const std::filesystem::path& path, const std::string& bytes) {
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << bytes;
    return path;
}

std::string readFile(const std::filesystem::path& path) {
    std::ifstream stream(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

std::string json(std::string text) {
    std::replace(text.begin(), text.end(), '\'', '"');
    return text;
}

std::string safetensorsBytes(const std::string& header, const std::string& data) {
    return littleEndian<std::uint64_t>(header.size()) + header + data;
}

} // namespace awq::test
