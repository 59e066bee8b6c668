// SPDX-License-Identifier: GPL-3.0-or-later
// Status texts.
#include "kernels/status.h"

namespace awq::kernels {

const char* describe(Status status) {
    switch (status) {
    case Status::ok:
        return "ok";
    case Status::badShape:
        return "the shape is not one this operation defines";
    case Status::badStride:
        return "the strides or the alignment cannot be read";
    case Status::badDType:
        return "the element type is not supported";
    case Status::unsupported:
        return "no kernel for this device";
    case Status::launchFailed:
        return "the launch failed";
    }
    return "unknown status";
}

} // namespace awq::kernels
