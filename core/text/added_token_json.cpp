// SPDX-License-Identifier: GPL-3.0-or-later
// Reads one added token.
#include "core/text/added_token_json.h"

#include "core/text/json_access.h"

namespace awq::core {

AddedToken readAddedToken(const nlohmann::json& json, const std::string& where) {
    AddedToken token;
    token.content = required<std::string>(json, "content", where);
    token.id = fieldOr<std::int32_t>(json, "id", -1, where);
    token.singleWord = fieldOr(json, "single_word", false, where);
    token.leftStrip = fieldOr(json, "lstrip", false, where);
    token.rightStrip = fieldOr(json, "rstrip", false, where);
    token.special = fieldOr(json, "special", false, where);
    token.normalized = fieldOr(json, "normalized", !token.special, where);
    return token;
}

} // namespace awq::core
