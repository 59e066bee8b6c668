// SPDX-License-Identifier: GPL-3.0-or-later
// What standard error shows of a running job: a bar on a terminal, lines elsewhere, JSON lines on request, or warnings
// only.
#pragma once

#include <memory>

#include "app/cli_arguments.h"
#include "core/event.h"

namespace awq::app {

// Chosen by --events and --quiet, and by whether standard error is a terminal. Throws Error(usage) for another
// --events.
std::unique_ptr<core::EventSink> makeProgress(const Arguments& arguments);

} // namespace awq::app
