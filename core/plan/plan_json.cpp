// SPDX-License-Identifier: GPL-3.0-or-later
// The JSON form of a plan.
#include "core/event_json.h"
#include "core/json_fields.h"
#include "core/plan/plan.h"

namespace awq::core {

template <>
inline constexpr auto jsonFields<PlannedScaleSet> =
    std::tuple{JsonField{"block", &PlannedScaleSet::block},         JsonField{"producer", &PlannedScaleSet::producer},
               JsonField{"consumers", &PlannedScaleSet::consumers}, JsonField{"inspected", &PlannedScaleSet::inspected},
               JsonField{"fate", &PlannedScaleSet::fate},           JsonField{"reason", &PlannedScaleSet::reason},
               JsonField{"full_name", &PlannedScaleSet::fullName}};
template <>
inline constexpr auto jsonFields<LoaderVerdict> =
    std::tuple{JsonField{"program", &LoaderVerdict::program}, JsonField{"opens", &LoaderVerdict::opens},
               JsonField{"note", &LoaderVerdict::note}};
template <>
inline constexpr auto jsonFields<MappingVerdict> =
    std::tuple{JsonField{"state", &MappingVerdict::state}, JsonField{"note", &MappingVerdict::note}};
template <>
inline constexpr auto jsonFields<Plan> = std::tuple{
    JsonField{"scale_sets", &Plan::scaleSets},
    JsonField{"bytes_before", &Plan::bytesBefore},
    JsonField{"bytes_after", &Plan::bytesAfter},
    JsonField{"peak_host_bytes", &Plan::peakHostBytes},
    JsonField{"peak_device_bytes", &Plan::peakDeviceBytes},
    JsonField{"seconds_estimate", &Plan::secondsEstimate},
    JsonField{"disk_bytes", &Plan::diskBytes},
    JsonField{"free_disk_bytes", &Plan::freeDiskBytes},
    JsonField{"loaders", &Plan::loaders},
    JsonField{"mapping", &Plan::mapping},
};

OrderedJson toJson(const PlannedLinear& linear) {
    return {{"block", linear.block},
            {"name", linear.name},
            {"shape", {linear.rows, linear.columns}},
            {"bits", linear.bits},
            {"group_size", linear.groupSize},
            {"fate", linear.fate},
            {"reason", linear.reason},
            {"bytes_before", linear.bytesBefore},
            {"bytes_after", linear.bytesAfter}};
}

OrderedJson toJson(const Plan& plan) {
    OrderedJson json{
        {"model", plan.model.string()}, {"recipe", toJson(plan.recipe)}, {"linears", OrderedJson::array()}};
    for (const PlannedLinear& linear : plan.linears)
        json["linears"].push_back(toJson(linear));
    appendFields(json, plan);
    json["problems"] = toJson(plan.problems);
    json["warnings"] = toJson(plan.warnings);
    return json;
}

} // namespace awq::core
