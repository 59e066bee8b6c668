// SPDX-License-Identifier: GPL-3.0-or-later
// Which events of a run are worth a line in the log, and how they read.
#pragma once

#include <QString>
#include <optional>

#include "core/event.h"
#include "core/log.h"

namespace awq::app {

struct LogLine {
    core::LogLevel level;
    QString text;
};

std::optional<LogLine> logLine(const core::Event& event);

} // namespace awq::app
