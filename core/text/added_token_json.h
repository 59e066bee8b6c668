// SPDX-License-Identifier: GPL-3.0-or-later
// The JSON form of an added token, the same in tokenizer.json and tokenizer_config.json.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "core/text/added_tokens.h"

namespace awq::core {

// Absent flags are false, "normalized" is true unless the token is special. The id is read when it is there. Throws
// Error(badInput) naming `where`.
AddedToken readAddedToken(const nlohmann::json& json, const std::string& where);

} // namespace awq::core
