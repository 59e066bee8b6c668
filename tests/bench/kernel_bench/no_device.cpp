// SPDX-License-Identifier: GPL-3.0-or-later
// kernel_bench of a build without CUDA.
#include "tests/bench/kernel_bench/measurement.h"

namespace awq::bench {

void measureDevice(const Options&, Measurements&) {}

} // namespace awq::bench
