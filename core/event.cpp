// SPDX-License-Identifier: GPL-3.0-or-later
// The JSON form of events, from one table of kinds and fields.
#include "core/event.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "core/event_json.h"
#include "core/json_fields.h"

namespace awq::core {

constexpr std::array phaseNames{"reading", "capturing", "searching", "clipping",
                                "packing", "writing",   "verifying", "evaluating"};

const char* nameOf(Phase phase) {
    return phaseNames[static_cast<std::size_t>(phase)];
}

// Found by readValue() through the argument's namespace.
void fromName(const std::string& name, Phase& phase, const std::string& where) {
    const auto found = std::find(phaseNames.begin(), phaseNames.end(), name);
    if (found == phaseNames.end())
        badInput("unknown phase '" + name + "'", where);
    phase = static_cast<Phase>(found - phaseNames.begin());
}

template <>
inline constexpr auto jsonFields<Started> =
    std::tuple{JsonField{"job", &Started::job}, JsonField{"model", &Started::model},
               JsonField{"run_dir", &Started::runDir}, JsonField{"blocks", &Started::blocks},
               JsonField{"first_block", &Started::firstBlock}};
template <>
inline constexpr auto jsonFields<PhaseChanged> =
    std::tuple{JsonField{"phase", &PhaseChanged::phase}, JsonField{"block", &PhaseChanged::block},
               JsonField{"detail", &PhaseChanged::detail}};
template <>
inline constexpr auto jsonFields<Progress> = std::tuple{JsonField{"fraction", &Progress::fraction}};
template <>
inline constexpr auto jsonFields<BlockStarted> = std::tuple{JsonField{"block", &BlockStarted::block}};
template <>
inline constexpr auto jsonFields<RatioTried> =
    std::tuple{JsonField{"block", &RatioTried::block},         JsonField{"producer", &RatioTried::producer},
               JsonField{"index", &RatioTried::index},         JsonField{"count", &RatioTried::count},
               JsonField{"ratio", &RatioTried::ratio},         JsonField{"loss", &RatioTried::loss},
               JsonField{"best_ratio", &RatioTried::bestRatio}};
template <>
inline constexpr auto jsonFields<ScaleSetDone> = std::tuple{JsonField{"block", &ScaleSetDone::block},
                                                            JsonField{"producer", &ScaleSetDone::producer},
                                                            JsonField{"best_ratio", &ScaleSetDone::bestRatio},
                                                            JsonField{"best_loss", &ScaleSetDone::bestLoss},
                                                            JsonField{"identity_loss", &ScaleSetDone::identityLoss},
                                                            JsonField{"fate", &ScaleSetDone::fate}};
template <>
inline constexpr auto jsonFields<LinearDone> =
    std::tuple{JsonField{"block", &LinearDone::block}, JsonField{"name", &LinearDone::name},
               JsonField{"fate", &LinearDone::fate}, JsonField{"output_mse", &LinearDone::outputMse},
               JsonField{"weight_mse", &LinearDone::weightMse}};
template <>
inline constexpr auto jsonFields<BlockDone> =
    std::tuple{JsonField{"block", &BlockDone::block}, JsonField{"seconds", &BlockDone::seconds},
               JsonField{"output_mse", &BlockDone::outputMse}, JsonField{"relative_error", &BlockDone::relativeError}};
template <>
inline constexpr auto jsonFields<MemorySample> = std::tuple{JsonField{"host_bytes", &MemorySample::hostBytes},
                                                            JsonField{"device_bytes", &MemorySample::deviceBytes}};
template <>
inline constexpr auto jsonFields<SnapshotSaved> = std::tuple{JsonField{"block", &SnapshotSaved::block}};
template <>
inline constexpr auto jsonFields<PerplexityDone> =
    std::tuple{JsonField{"model", &PerplexityDone::model}, JsonField{"perplexity", &PerplexityDone::perplexity},
               JsonField{"sigma", &PerplexityDone::sigma}, JsonField{"tokens", &PerplexityDone::tokens},
               JsonField{"windows", &PerplexityDone::windows}};
template <>
inline constexpr auto jsonFields<Warning> = std::tuple{
    JsonField{"what", &Warning::what}, JsonField{"where", &Warning::where}, JsonField{"hint", &Warning::hint}};
template <>
inline constexpr auto jsonFields<Finished> =
    std::tuple{JsonField{"output", &Finished::output}, JsonField{"bytes_before", &Finished::bytesBefore},
               JsonField{"bytes_after", &Finished::bytesAfter}, JsonField{"seconds", &Finished::seconds}};
template <>
inline constexpr auto jsonFields<Failed> =
    std::tuple{JsonField{"code", &Failed::code}, JsonField{"what", &Failed::what}, JsonField{"where", &Failed::where},
               JsonField{"hint", &Failed::hint}};
template <>
inline constexpr auto jsonFields<Cancelled> =
    std::tuple{JsonField{"blocks_done", &Cancelled::blocksDone}, JsonField{"run_dir", &Cancelled::runDir}};

namespace {

struct Kind {
    const char* name;
    bool lossy = false, terminal = false;
};

// In the order of EventPayload's alternatives.
constexpr std::array kinds{
    Kind{"Started"},
    Kind{"PhaseChanged"},
    Kind{"Progress", true},
    Kind{"BlockStarted"},
    Kind{"RatioTried", true},
    Kind{"ScaleSetDone"},
    Kind{"LinearDone"},
    Kind{"BlockDone"},
    Kind{"MemorySample", true},
    Kind{"SnapshotSaved"},
    Kind{"PerplexityDone"},
    Kind{"Warning"},
    Kind{"Finished", false, true},
    Kind{"Failed", false, true},
    Kind{"Cancelled", false, true},
};
static_assert(kinds.size() == std::variant_size_v<EventPayload>);

// An empty payload of the kind with this index.
template <std::size_t... I>
EventPayload emptyPayload(std::size_t index, std::index_sequence<I...>) {
    EventPayload payload;
    ((index == I ? void(payload.emplace<I>()) : void()), ...);
    return payload;
}

nlohmann::json parseLine(const std::string& line) {
    nlohmann::json json = nlohmann::json::parse(line, nullptr, false);
    if (!json.is_object() || !json.contains("event"))
        badInput("not an event: " + line.substr(0, 60), "event line", "the file may be damaged at its end");
    return json;
}

} // namespace

OrderedJson toJson(const std::vector<Warning>& warnings) {
    return jsonValue(warnings);
}

bool isTerminal(const Event& event) {
    return kinds[event.payload.index()].terminal;
}

bool isLossy(const Event& event) {
    return kinds[event.payload.index()].lossy;
}

std::string toJsonLine(const Event& event) {
    OrderedJson json{{"seq", event.sequence}, {"t", event.seconds}, {"event", kinds[event.payload.index()].name}};
    std::visit([&](const auto& payload) { appendFields(json, payload); }, event.payload);
    return dumpLine(json);
}

Event eventFromJsonLine(const std::string& line) {
    const nlohmann::json json = parseLine(line);
    Event event;
    std::string name;
    readValue(json["event"], name, "event line");
    std::size_t index = 0;
    while (index < kinds.size() && name != kinds[index].name)
        ++index;
    if (index == kinds.size())
        badInput("unknown event '" + name + "'", "event line", "the line may be written by a newer version");
    event.payload = emptyPayload(index, std::make_index_sequence<kinds.size()>{});
    if (json.contains("seq"))
        readValue(json["seq"], event.sequence, name + " seq");
    if (json.contains("t"))
        readValue(json["t"], event.seconds, name + " t");
    std::visit([&](auto& payload) { readFields(json, payload, name); }, event.payload);
    return event;
}

} // namespace awq::core
