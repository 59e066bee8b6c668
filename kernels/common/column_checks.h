// SPDX-License-Identifier: GPL-3.0-or-later
// What both implementations of column_rounding.h refuse.
#pragma once

#include "kernels/column_rounding.h"

namespace awq::kernels {

Status check(const RoundColumnsArgs& args);
Status check(const DescendColumnsArgs& args);

} // namespace awq::kernels
