// SPDX-License-Identifier: GPL-3.0-or-later
// The result of a quantization run as the terminal shows it, for the verbs that make one.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "core/run/quantize_run.h"

namespace awq::app {

nlohmann::ordered_json quantizeJson(const core::QuantizeResult& result);
std::string quantizeText(const core::QuantizeResult& result);

} // namespace awq::app
