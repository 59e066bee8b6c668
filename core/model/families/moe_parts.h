// SPDX-License-Identifier: GPL-3.0-or-later
// What family pages with mixtures of experts share.
#pragma once

#include <string>

#include "core/model/families/parts.h"

namespace awq::core {

// Counts and router ("<name>.gate"); the experts are the page's to add.
MoeSpec readMoe(const Config& config, SettingNames experts, const std::string& name, std::int64_t hidden);

// Puts the experts in the place of the dense MLP and of its scale sets: one set over all that read the norm, one per
// expert's down projection.
void setMoe(BlockSpec& block, MoeSpec moe);

} // namespace awq::core
