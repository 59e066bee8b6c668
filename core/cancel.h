// SPDX-License-Identifier: GPL-3.0-or-later
// Cooperative cancellation: jobs test their stop token between small pieces of work.
#pragma once

#include <stop_token>

#include "core/error.h"

namespace awq::core {

inline void throwIfStopped(const std::stop_token& stop) {
    if (stop.stop_requested())
        throw Error(ErrorCode::cancelled, "cancelled");
}

} // namespace awq::core
