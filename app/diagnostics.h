// SPDX-License-Identifier: GPL-3.0-or-later
// What a report of a problem needs: versions, devices, recipe, the newest log lines.
#pragma once

#include <QString>

#include "app/workspace.h"

namespace awq::app {

QString diagnosticsText(Workspace& workspace);

} // namespace awq::app
