// SPDX-License-Identifier: GPL-3.0-or-later
// Times the kernels of this machine's devices and prints a table; --json FILE also writes them as JSON.
// Options: --quick (tiny shapes), --only NAME (kernels whose name contains it), --no-comparison, --json FILE.
#include <cstdio>
#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>
#include <thread>

#include "kernels/device.h"
#include "tests/bench/kernel_bench/measurement.h"

using namespace awq::bench;

namespace {

nlohmann::ordered_json toJson(const Measurement& measurement) {
    nlohmann::ordered_json json{{"kernel", measurement.kernel}, {"variant", measurement.variant}};
    for (const auto& [name, value] : measurement.shape)
        json["shape"][name] = value;
    json["microseconds"] = {{"median", measurement.medianMicroseconds},
                            {"fastest", measurement.fastestMicroseconds},
                            {"slowest", measurement.slowestMicroseconds}};
    json["repeats"] = measurement.repeats;
    json["bytes"] = measurement.bytes;
    json["operations"] = measurement.operations;
    return json;
}

nlohmann::ordered_json machine() {
    nlohmann::ordered_json json{{"threads", std::thread::hardware_concurrency()}, {"devices", nlohmann::json::array()}};
    awq::kernels::DeviceInfo info;
    for (int i = 0; awq::kernels::queryDevice(i, info); ++i)
        json["devices"].push_back({{"name", info.name},
                                   {"capability", 10 * info.major + info.minor},
                                   {"multiprocessors", info.multiprocessors},
                                   {"memory_bytes", info.memoryBytes},
                                   {"driver", info.driverVersion},
                                   {"runtime", info.runtimeVersion}});
    return json;
}

void print(const Measurement& m) {
    std::string shape;
    for (const auto& [name, value] : m.shape)
        shape += " " + name + "=" + std::to_string(value);
    std::printf("%-22s %-16s %10.2f us (%.2f-%.2f)", m.kernel.c_str(), m.variant.c_str(), m.medianMicroseconds,
                m.fastestMicroseconds, m.slowestMicroseconds);
    if (m.bytes > 0)
        std::printf(" %7.3f TB/s", m.bytes / m.medianMicroseconds * 1e-6);
    if (m.operations > 0)
        std::printf(" %7.1f Tops", m.operations / m.medianMicroseconds * 1e-6);
    std::printf(" %s\n", shape.c_str());
}

} // namespace

int main(int count, char** values) {
    Options options;
    std::string jsonFile;
    for (int i = 1; i < count; ++i) {
        const std::string argument = values[i];
        if (argument == "--quick")
            options.quick = true;
        else if (argument == "--no-comparison")
            options.compareOther = false;
        else if (argument == "--only" && i + 1 < count)
            options.only = values[++i];
        else if (argument == "--json" && i + 1 < count)
            jsonFile = values[++i];
        else {
            std::fprintf(stderr, "unknown option %s\n", values[i]);
            return 2;
        }
    }
    Measurements measurements;
    measureCpu(options, measurements);
    measureDevice(options, measurements);
    for (const Measurement& measurement : measurements)
        print(measurement);
    if (jsonFile.empty())
        return 0;
    nlohmann::ordered_json json{{"machine", machine()}, {"measurements", nlohmann::json::array()}};
    for (const Measurement& measurement : measurements)
        json["measurements"].push_back(toJson(measurement));
    std::ofstream file(jsonFile);
    file << json.dump(2) << "\n";
    return file.good() ? 0 : 1;
}
