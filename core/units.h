// SPDX-License-Identifier: GPL-3.0-or-later
// Amounts as people read and write them: "3.9 GB", "1 h 12 m", "500MiB".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace awq::core {

// Decimal units, three significant digits at most: "0 B", "712 B", "13.5 GB".
std::string formatBytes(std::int64_t bytes);

// "0.4 s", "42 s", "3 m 05 s", "1 h 12 m".
std::string formatSeconds(double seconds);

// A number with an optional unit: B, KB MB GB TB (powers of 1000), KiB MiB GiB TiB (powers of 1024); case and a space
// before the unit do not matter. Nothing when the text is not of this form or does not fit.
std::optional<std::int64_t> parseBytes(std::string_view text);

} // namespace awq::core
