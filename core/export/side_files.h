// SPDX-License-Identifier: GPL-3.0-or-later
// The files of a model folder that are neither weights nor config.json but belong to the model: tokenizer, chat
// template, generation settings, preprocessors, code, licence.
#pragma once

#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <vector>

namespace awq::core {

// Copies them; Python files only when config.json or tokenizer_config.json has an auto_map. Returns the copies. Throws
// Error(badInput or noResources).
std::vector<std::filesystem::path> copySideFiles(const std::filesystem::path& model, const nlohmann::json& config,
                                                 const std::filesystem::path& output);

} // namespace awq::core
