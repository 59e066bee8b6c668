// SPDX-License-Identifier: GPL-3.0-or-later
// JSON form of the one event payload that also appears outside of events: in plans and results.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <vector>

#include "core/event.h"

namespace awq::core {

nlohmann::ordered_json toJson(const std::vector<Warning>& warnings); // [{"what", "where", "hint"}]

} // namespace awq::core
