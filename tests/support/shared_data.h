// SPDX-License-Identifier: GPL-3.0-or-later
// Where optional test material lies: reference models and results beside the checkout. Tests that need it say "skipped" without it.
#pragma once

#include <filesystem>
#include <optional>

namespace awq::test {

// The folder or file below the shared data, or nothing when it is not there.
std::optional<std::filesystem::path> sharedPath(const std::filesystem::path& relative);

std::filesystem::path sourceDir(); // the repository's root

} // namespace awq::test

// First line of a test that needs shared material: AWQ_REQUIRE_SHARED(model, "zoo/llama2-tiny");
#define AWQ_REQUIRE_SHARED(variable, relative)                                                                                     \
    const auto variable##Optional = awq::test::sharedPath(relative);                                                              \
    if (!variable##Optional)                                                                                                       \
        QSKIP("skipped: shared test data not found: " relative);                                                                  \
    const std::filesystem::path variable = *variable##Optional
