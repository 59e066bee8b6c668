// SPDX-License-Identifier: GPL-3.0-or-later
// Asks the devices, the host and the disk.
#include "core/run/plan_environment.h"

#include <algorithm>
#include <thread>

#include "core/device.h"
#include "core/store/atomic_file.h"

namespace awq::core {

PlanEnvironment planEnvironment(const Recipe& recipe, const std::filesystem::path& output) {
    const std::vector<std::string> devices = resolveDevices(recipe.device);
    PlanEnvironment environment;
    environment.device = devices.front();
    environment.workers = int(devices.size());
    environment.threads = recipe.threads > 0 ? recipe.threads : int(std::max(1U, std::thread::hardware_concurrency()));
    environment.freeHostBytes = freeBytes("cpu");
    if (environment.device != "cpu") {
        const DeviceMemory memory = deviceMemory(environment.device);
        environment.freeDeviceBytes = memory.free;
        environment.deviceBytes = memory.total;
    }
    environment.freeDiskBytes = freeDiskBytes(output);
    return environment;
}

} // namespace awq::core
