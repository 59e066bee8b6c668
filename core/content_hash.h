// SPDX-License-Identifier: GPL-3.0-or-later
// A stable 64-bit hash of texts and numbers (FNV-1a): tells whether inputs changed; not meant against forgery.
#pragma once

#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>

namespace awq::core {

class ContentHash {
public:
    ContentHash& add(std::string_view text) {
        for (const char c : text)
            m_value = (m_value ^ std::uint8_t(c)) * prime;
        m_value *= prime; // a border between pieces
        return *this;
    }
    ContentHash& add(std::uint64_t number) { return add(std::to_string(number)); }
    std::string hex() const {
        char text[17];
        std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(m_value));
        return text;
    }

private:
    static constexpr std::uint64_t prime = 0x100000001b3ULL;
    std::uint64_t m_value = 0xcbf29ce484222325ULL;
};

} // namespace awq::core
