// SPDX-License-Identifier: GPL-3.0-or-later
// How a run ended, as a value: nothing throws across a thread or out of run().
#pragma once

#include <optional>
#include <utility>

#include "core/error.h"

namespace awq::core {

template <typename Result>
struct Outcome {
    std::optional<Result> result; // set when the run finished
    std::optional<Error> error;   // set when it failed or was cancelled (ErrorCode::cancelled)

    bool ok() const { return result.has_value(); }
};

} // namespace awq::core
