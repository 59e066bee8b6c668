// SPDX-License-Identifier: GPL-3.0-or-later
// JSON forms of search results, as the command line prints and the run store keeps them. Without the bulk arrays,
// except where said.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "core/quant/results.h"

namespace awq::core {

enum class Arrays { leaveOut, include };

nlohmann::ordered_json toJson(const ScaleSetResult& result, Arrays arrays = Arrays::leaveOut);
nlohmann::ordered_json toJson(const LinearResult& result, Arrays arrays = Arrays::leaveOut);
nlohmann::ordered_json toJson(const BlockResult& result);

// Throws Error(badInput) with `where` and the key on a wrong type. Arrays stay empty.
BlockResult blockResultFromJson(const nlohmann::json& json, const std::string& where);

} // namespace awq::core
