// SPDX-License-Identifier: GPL-3.0-or-later
// Formats and parses amounts of bytes and seconds.
#include "core/units.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cmath>
#include <cstdio>

namespace awq::core {
namespace {

struct Unit {
    std::string_view name; // lower case
    double bytes;
};

constexpr std::array units{
    Unit{"", 1},
    Unit{"b", 1},
    Unit{"kb", 1e3},
    Unit{"mb", 1e6},
    Unit{"gb", 1e9},
    Unit{"tb", 1e12},
    Unit{"kib", 1024},
    Unit{"mib", 1024.0 * 1024},
    Unit{"gib", 1024.0 * 1024 * 1024},
    Unit{"tib", 1024.0 * 1024 * 1024 * 1024},
};

template <typename... Values>
std::string print(const char* format, Values... values) {
    char buffer[64];
    std::snprintf(buffer, sizeof buffer, format, values...);
    return buffer;
}

} // namespace

std::string formatBytes(std::int64_t bytes) {
    constexpr std::array names{"B", "KB", "MB", "GB", "TB", "PB"};
    double amount = double(bytes);
    std::size_t unit = 0;
    for (; std::abs(amount) >= 999.5 && unit + 1 < names.size(); ++unit)
        amount /= 1000;
    const int decimals = unit == 0 || std::abs(amount) >= 99.95 ? 0 : std::abs(amount) >= 9.995 ? 1 : 2;
    return print("%.*f %s", decimals, amount, names[unit]);
}

std::string formatSeconds(double seconds) {
    if (seconds < 9.95)
        return print("%.1f s", seconds);
    const auto whole = static_cast<long long>(std::llround(seconds));
    if (whole < 60)
        return print("%lld s", whole);
    if (whole < 3600)
        return print("%lld m %02lld s", whole / 60, whole % 60);
    return print("%lld h %02lld m", whole / 3600, whole / 60 % 60);
}

std::optional<std::int64_t> parseBytes(std::string_view text) {
    double amount = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), amount);
    if (error != std::errc() || !(amount >= 0))
        return std::nullopt;
    std::string unit;
    for (const char c : text.substr(std::size_t(end - text.data())))
        if (c != ' ' || !unit.empty())
            unit += char(std::tolower(static_cast<unsigned char>(c)));
    const auto found = std::ranges::find(units, std::string_view(unit), &Unit::name);
    if (found == units.end() || amount * found->bytes > 9e18)
        return std::nullopt;
    return std::llround(amount * found->bytes);
}

} // namespace awq::core
