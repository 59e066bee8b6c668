// SPDX-License-Identifier: GPL-3.0-or-later
// The one exception type of core: what went wrong, where, and what to do next.
#pragma once

#include <stdexcept>
#include <string>

namespace awq::core {

// The values are the exit codes of awq-cli: frozen.
enum class ErrorCode {
    internal = 1,
    usage = 2,
    badInput = 3,     // model, text or option value that cannot be used
    noResources = 4,  // memory or disk
    verification = 5, // written output does not equal what was meant
    cancelled = 130,
};

class Error : public std::runtime_error {
public:
    Error(ErrorCode code, const std::string& what, std::string where = {}, std::string hint = {})
        : std::runtime_error(what), m_code(code), m_where(std::move(where)), m_hint(std::move(hint)) {}

    ErrorCode code() const { return m_code; }
    const std::string& where() const { return m_where; } // file, tensor, offset, linear
    const std::string& hint() const { return m_hint; }   // the next step, in one sentence

private:
    ErrorCode m_code;
    std::string m_where, m_hint;
};

// Shorthand for the most frequent kind.
[[noreturn]] inline void badInput(const std::string& what, std::string where = {}, std::string hint = {}) {
    throw Error(ErrorCode::badInput, what, std::move(where), std::move(hint));
}

} // namespace awq::core
