// SPDX-License-Identifier: GPL-3.0-or-later
// Token ids in a safetensors file, and a hash that identifies ids.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace awq::core {

struct IdFile {
    std::vector<std::int32_t> ids; // [windows, length]
    std::int64_t windows = 0, length = 0;
};

// The int32 or int64 tensor `name` [windows, length]. Throws Error(badInput) when it is absent, of another type or
// rank, empty, or holds an id that does not fit.
IdFile readIdFile(const std::filesystem::path& file, const std::string& name);

std::string idsHash(std::span<const std::int32_t> ids, std::int64_t windows, std::int64_t length); // hex

} // namespace awq::core
