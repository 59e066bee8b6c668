// SPDX-License-Identifier: GPL-3.0-or-later
// The workspace's services as the program has them: core's own functions.
#pragma once

#include "app/workspace.h"

namespace awq::app {

Services coreServices();

} // namespace awq::app
