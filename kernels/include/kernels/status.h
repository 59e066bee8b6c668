// SPDX-License-Identifier: GPL-3.0-or-later
// What a kernel entry point answers. Wrong arguments are refused before anything is launched.
#pragma once

namespace awq::kernels {

enum class Status {
    ok,
    badShape,      // a size or divisibility the operation does not define
    badStride,     // strides or alignment it cannot read
    badDType,      // an element type it does not know
    unsupported,   // defined, but no kernel for this device
    launchFailed,  // the driver refused the launch; the last CUDA error says why
};

const char* describe(Status status);

} // namespace awq::kernels
