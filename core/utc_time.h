// SPDX-License-Identifier: GPL-3.0-or-later
// The present time as files record it.
#pragma once

#include <chrono>
#include <ctime>
#include <string>

namespace awq::core {

inline std::string nowUtc() { // ISO 8601, "2031-05-04T09:08:07Z"
    const std::time_t now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
    std::tm utc{};
    gmtime_r(&now, &utc);
    char text[32];
    std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc);
    return text;
}

} // namespace awq::core
