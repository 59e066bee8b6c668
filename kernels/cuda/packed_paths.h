// SPDX-License-Identifier: GPL-3.0-or-later
// The ways a packed product can go on a device; packed_linear.cu picks one. Arguments have been checked.
#pragma once

#include "kernels/packed_linear.h"

namespace awq::kernels::cuda {

class DeviceGuard;

// The workspace starts with the counters of output tiles that several blocks share; partial sums follow.
constexpr std::int64_t linearCounterBytes = 65536;

// Up to 16 tokens, Hopper.
Status smallBatchLinear(const PackedLinearArgs& args, Stream stream, Overlap overlap, const DeviceGuard& device);

// Any number of tokens, Hopper: wgmma.
Status matrixLinear(const PackedLinearArgs& args, Stream stream, Overlap overlap, const DeviceGuard& device);

// Any number of tokens, any device: mma.sync.
Status portableLinear(const PackedLinearArgs& args, Stream stream, Overlap overlap, const DeviceGuard& device);

} // namespace awq::kernels::cuda
