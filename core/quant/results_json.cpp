// SPDX-License-Identifier: GPL-3.0-or-later
// Field tables of the search results.
#include "core/quant/results_json.h"

#include "core/json_fields.h"
#include "core/quant/result_arrays.h"

namespace awq::core {

template <>
inline constexpr auto jsonFields<ScaleSetResult> = std::tuple{JsonField{"block", &ScaleSetResult::block},
                                                              JsonField{"producer", &ScaleSetResult::producer},
                                                              JsonField{"consumers", &ScaleSetResult::consumers},
                                                              JsonField{"inspected", &ScaleSetResult::inspected},
                                                              JsonField{"ratios", &ScaleSetResult::ratios},
                                                              JsonField{"losses", &ScaleSetResult::losses},
                                                              JsonField{"measured", &ScaleSetResult::measured},
                                                              JsonField{"best_ratio", &ScaleSetResult::bestRatio},
                                                              JsonField{"best_loss", &ScaleSetResult::bestLoss},
                                                              JsonField{"fate", &ScaleSetResult::fate},
                                                              JsonField{"reason", &ScaleSetResult::reason}};
template <>
inline constexpr auto jsonFields<LinearResult> = std::tuple{JsonField{"bits", &LinearResult::bits},
                                                            JsonField{"group_size", &LinearResult::groupSize},
                                                            JsonField{"fate", &LinearResult::fate},
                                                            JsonField{"reason", &LinearResult::reason},
                                                            JsonField{"weight_mse", &LinearResult::weightMse},
                                                            JsonField{"output_mse", &LinearResult::outputMse},
                                                            JsonField{"clip_mean", &LinearResult::clipMean},
                                                            JsonField{"clipped_share", &LinearResult::clippedShare},
                                                            JsonField{"groups", &LinearResult::groups},
                                                            JsonField{"clip_losses", &LinearResult::clipLosses}};
template <>
inline constexpr auto jsonFields<BlockResult> =
    std::tuple{JsonField{"block", &BlockResult::block}, JsonField{"seconds", &BlockResult::seconds},
               JsonField{"output_mse", &BlockResult::outputMse},
               JsonField{"relative_error", &BlockResult::relativeError}};

namespace {

template <typename T>
void readKey(const nlohmann::json& json, const char* key, T& value, const std::string& where) {
    readValue(json.value(key, nlohmann::json()), value, where + " " + key);
}

template <typename T>
void readPair(const nlohmann::json& json, const char* key, T& first, T& second, const std::string& where) {
    std::vector<T> pair;
    readKey(json, key, pair, where);
    if (pair.size() != 2)
        wrongType(where + " " + key, "two numbers", json[key]);
    first = pair[0];
    second = pair[1];
}

LinearResult linearFromJson(const nlohmann::json& json, const std::string& where) {
    LinearResult linear;
    readFields(json, linear, where);
    readKey(json, "block", linear.block, where);
    readKey(json, "name", linear.name, where);
    readPair(json, "shape", linear.rows, linear.columns, where);
    readPair(json, "histogram_range", linear.histogram.minimum, linear.histogram.maximum, where);
    return linear;
}

const nlohmann::json& listIn(const nlohmann::json& json, const char* key, const std::string& where) {
    const auto found = json.find(key);
    if (found == json.end() || !found->is_array())
        badInput(std::string("the list '") + key + "' is missing", where);
    return *found;
}

} // namespace

OrderedJson toJson(const ScaleSetResult& result, Arrays arrays) {
    OrderedJson json = jsonValue(result);
    if (arrays == Arrays::include)
        forEachScaleSetArray(result,
                             [&](const char* name, const auto& values, const ArrayShape&) { json[name] = values; });
    return json;
}

OrderedJson toJson(const LinearResult& result, Arrays arrays) {
    OrderedJson json{{"block", result.block}, {"name", result.name}, {"shape", {result.rows, result.columns}}};
    appendFields(json, result);
    json["histogram_range"] = {result.histogram.minimum, result.histogram.maximum};
    if (arrays == Arrays::include)
        forEachLinearArray(result,
                           [&](const char* name, const auto& values, const ArrayShape&) { json[name] = values; });
    return json;
}

OrderedJson toJson(const BlockResult& result) {
    OrderedJson json = jsonValue(result);
    json["scale_sets"] = OrderedJson::array();
    json["linears"] = OrderedJson::array();
    for (const ScaleSetResult& set : result.scaleSets)
        json["scale_sets"].push_back(toJson(set));
    for (const LinearResult& linear : result.linears)
        json["linears"].push_back(toJson(linear));
    return json;
}

BlockResult blockResultFromJson(const nlohmann::json& json, const std::string& where) {
    BlockResult block;
    readFields(json, block, where);
    for (const nlohmann::json& set : listIn(json, "scale_sets", where))
        readFields(set, block.scaleSets.emplace_back(), where + " scale_sets");
    for (const nlohmann::json& linear : listIn(json, "linears", where))
        block.linears.push_back(linearFromJson(linear, where + " linears"));
    return block;
}

} // namespace awq::core
