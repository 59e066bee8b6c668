// SPDX-License-Identifier: GPL-3.0-or-later
// Asking the libraries for their versions.
#include "core/tensor.h"

#include "core/component_versions.h"

#include <nlohmann/json.hpp>
#include <torch/version.h>

#include "kernels/device.h"

namespace awq::core {
namespace {

// 13020 -> "13.2"
std::string cudaVersion(int number) {
    return std::to_string(number / 1000) + "." + std::to_string(number % 1000 / 10);
}

} // namespace

std::vector<ComponentVersion> componentVersions() {
    std::vector<ComponentVersion> versions{{"LibTorch", TORCH_VERSION}};
    kernels::DeviceInfo device;
    if (kernels::queryDevice(0, device)) {
        versions.push_back({"CUDA", cudaVersion(device.runtimeVersion)});
        versions.push_back({"CUDA driver", cudaVersion(device.driverVersion)});
        versions.push_back({"GPU", device.name});
    } else {
        versions.push_back({"CUDA", *AWQ_CUDA_VERSION ? AWQ_CUDA_VERSION ", no device found" : "not in this build"});
    }
    versions.push_back({"SentencePiece", AWQ_SENTENCEPIECE_VERSION});
    versions.push_back({"nlohmann_json", std::to_string(NLOHMANN_JSON_VERSION_MAJOR) + "." +
                                             std::to_string(NLOHMANN_JSON_VERSION_MINOR) + "." +
                                             std::to_string(NLOHMANN_JSON_VERSION_PATCH)});
    return versions;
}

} // namespace awq::core
