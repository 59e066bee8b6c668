// SPDX-License-Identifier: GPL-3.0-or-later
// Runs what must fail and hands back its core::Error.
#pragma once

#include <cstdio>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "core/error.h"

namespace awq::test {

template <typename Action>
std::optional<core::Error> caughtError(Action&& action) {
    try {
        std::forward<Action>(action)();
    } catch (const core::Error& error) {
        return error;
    }
    return std::nullopt;
}

// Everything the error says, for searching: "what | where | hint".
inline std::string textOf(const std::optional<core::Error>& error) {
    return error ? std::string(error->what()) + " | " + error->where() + " | " + error->hint() : "no error";
}

// Bad input, refused in words that hold the text, with a next step. Otherwise prints what came instead.
inline bool refused(const std::optional<core::Error>& error, std::string_view text) {
    const bool good = error && error->code() == core::ErrorCode::badInput && !error->hint().empty() &&
                      textOf(error).find(text) != std::string::npos;
    if (!good)
        std::fprintf(stderr, "expected '%.*s', got: %s\n", int(text.size()), text.data(), textOf(error).c_str());
    return good;
}

} // namespace awq::test

// The action fails with this code, and its error says the text.
#define AWQ_EXPECT_ERROR(action, expectedCode, text)                                                                   \
    do {                                                                                                               \
        const auto expectedError = awq::test::caughtError([&] { action; });                                            \
        QVERIFY2(expectedError.has_value(), "no error: " #action);                                                     \
        QCOMPARE(int(expectedError->code()), int(expectedCode));                                                       \
        const std::string said = awq::test::textOf(expectedError);                                                     \
        QVERIFY2(said.find(text) != std::string::npos, said.c_str());                                                  \
    } while (false)
