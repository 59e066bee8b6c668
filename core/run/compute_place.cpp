// SPDX-License-Identifier: GPL-3.0-or-later
// Names of devices and dtypes.
#include "core/run/compute_place_torch.h"

#include "core/device.h"
#include "core/error.h"

namespace awq::core {

ComputePlace choosePlace(const std::string& device, const std::string& dtype, DType checkpoint) {
    ComputePlace place;
    place.device = at::Device(resolveDevice(device));
    at::globalContext().setFloat32Precision(at::Float32Backend::GENERIC, at::Float32Op::ALL,
                                            at::Float32Precision::IEEE);
    if (dtype == "auto") {
        place.dtype = place.device.is_cpu() ? at::kFloat : torchType(checkpoint);
        return place;
    }
    const std::optional<DType> named = dtypeFromName(dtype);
    if (!named || !isFloat(*named))
        throw Error(ErrorCode::usage, "unknown compute dtype '" + dtype + "'", "--dtype",
                    "use auto, float32, float16 or bfloat16");
    place.dtype = torchType(*named);
    return place;
}

std::string deviceName(const ComputePlace& place) {
    return place.device.str();
}

} // namespace awq::core
