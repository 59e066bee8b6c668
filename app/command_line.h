// SPDX-License-Identifier: GPL-3.0-or-later
// The awq-cli command that does what the window is about to do.
#pragma once

#include <QString>
#include <QStringList>

#include "core/run/quantize_run.h"

namespace awq::app {

// Only the options that differ from the recipe's preset are named.
QStringList commandArguments(const core::QuantizeRequest& request);

// One line for a POSIX shell, quoted where needed.
QString shellLine(const QStringList& arguments);

inline QString commandLine(const core::QuantizeRequest& request) {
    return shellLine(commandArguments(request));
}

} // namespace awq::app
