// SPDX-License-Identifier: GPL-3.0-or-later
// Names of devices and dtypes.
#include "core/run/compute_place_torch.h"

#include <algorithm>
#include <thread>

#include "core/device.h"
#include "core/error.h"

namespace awq::core {

ComputePlace choosePlace(const std::string& device, const std::string& dtype, int threads, DType checkpoint) {
    ComputePlace place;
    place.device = at::Device(resolveDevice(device));
    at::set_num_threads(threads > 0 ? threads : int(std::max(1U, std::thread::hardware_concurrency())));
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

std::int64_t sequencesPerBatch(const ComputePlace& place, std::int64_t sequenceLength) {
    const std::int64_t tokens = place.device.is_cpu() ? 4096 : 8192;
    return std::max<std::int64_t>(1, tokens / sequenceLength);
}

} // namespace awq::core
