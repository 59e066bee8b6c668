// SPDX-License-Identifier: GPL-3.0-or-later
// JSON from untrusted files: duplicate keys and syntax errors become Error(badInput) with the file and the byte offset.
#pragma once

#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

namespace awq::core {

// `where` names the source in messages.
nlohmann::json parseJson(std::string_view text, const std::string& where);

// Throws Error(badInput) when the file cannot be read or parsed.
nlohmann::json readJsonFile(const std::filesystem::path& file);

} // namespace awq::core
