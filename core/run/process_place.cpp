// SPDX-License-Identifier: GPL-3.0-or-later
// Reads the environment.
#include "core/run/process_place.h"

#include <charconv>
#include <cstdlib>

#include "core/device.h"
#include "core/error.h"

namespace awq::core {
namespace {

std::string variable(const char* name) {
    const char* value = std::getenv(name);
    return value ? value : "";
}

[[noreturn]] void incomplete(const char* name, const std::string& value) {
    throw Error(ErrorCode::usage,
                value.empty() ? std::string(name) + " is not set, though RANK is"
                              : std::string(name) + " is not a usable number: '" + value + "'",
                "environment",
                "start all processes with RANK, WORLD_SIZE, MASTER_ADDR and MASTER_PORT, or unset RANK to work alone");
}

int number(const char* name, int least, int most) {
    const std::string text = variable(name);
    int value = -1;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
    if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size() || value < least || value > most)
        incomplete(name, text);
    return value;
}

} // namespace

std::optional<ProcessPlace> processPlace() {
    constexpr int manyProcesses = 1 << 16;
    if (variable("RANK").empty())
        return std::nullopt;
    ProcessPlace place;
    place.count = number("WORLD_SIZE", 1, manyProcesses);
    if (place.count == 1)
        return std::nullopt;
    place.rank = number("RANK", 0, place.count - 1);
    place.address = variable("MASTER_ADDR");
    if (place.address.empty())
        incomplete("MASTER_ADDR", "");
    place.port = std::uint16_t(number("MASTER_PORT", 1, 65535));
    if (!variable("LOCAL_RANK").empty())
        place.localRank = number("LOCAL_RANK", 0, manyProcesses);
    place.launcherListens = variable("TORCHELASTIC_USE_AGENT_STORE") == "True";
    return place;
}

std::string deviceFor(const std::string& device, const std::optional<ProcessPlace>& place) {
    if (!place || place->localRank < 0 || (device != "auto" && device != "cuda"))
        return device;
    if (resolveDevice(device) == "cpu")
        return device;
    const int devices = int(listDevices().size()) - 1; // without the CPU
    return "cuda:" + std::to_string(place->localRank % devices);
}

} // namespace awq::core
