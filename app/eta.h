// SPDX-License-Identifier: GPL-3.0-or-later
// Remaining time in words.
#pragma once

#include <QString>
#include <optional>

#include "core/eta.h"

namespace awq::app {

using core::Eta;
using core::EtaEstimator;

// "estimating…", "20 m to 35 m left", "about 33 m left", "slower than expected · about 33 m left"
QString etaText(const std::optional<Eta>& eta);

} // namespace awq::app
