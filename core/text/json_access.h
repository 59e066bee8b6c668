// SPDX-License-Identifier: GPL-3.0-or-later
// Fields of the JSON objects in tokenizer files, where null means absent. Private to core/text's .cpp files.
#pragma once

#include <string>

#include "core/json_fields.h"

namespace awq::core {

inline bool isPresent(const nlohmann::json& object, const char* key) {
    return object.is_object() && object.contains(key) && !object.at(key).is_null();
}

// Throws Error(badInput) naming `where` and the key when the value has another type.
template <typename T>
T fieldOr(const nlohmann::json& object, const char* key, T fallback, const std::string& where) {
    if (isPresent(object, key))
        readValue(object.at(key), fallback, where + "." + key);
    return fallback;
}

inline const nlohmann::json& requiredField(const nlohmann::json& object, const char* key, const std::string& where) {
    if (!isPresent(object, key))
        badInput(std::string("'") + key + "' is missing", where, "the file is damaged or incomplete; fetch it again");
    return object.at(key);
}

template <typename T>
T required(const nlohmann::json& object, const char* key, const std::string& where) {
    T value{};
    readValue(requiredField(object, key, where), value, where + "." + key);
    return value;
}

// A list of components nested in another component; deeper than any real file is a damaged one.
inline constexpr int deepestNesting = 16;

inline const nlohmann::json& componentList(const nlohmann::json& object, const char* key, const std::string& where,
                                           int depth) {
    const nlohmann::json& list = requiredField(object, key, where);
    if (!list.is_array())
        wrongType(where + "." + key, "a list", list);
    if (depth >= deepestNesting)
        badInput("components are nested more than " + std::to_string(deepestNesting) + " deep", where,
                 "the file is damaged or was made to do harm; fetch it again");
    return list;
}

// Calls the maker of the object's "type"; null makes an empty component. `kind` is what the component is called.
template <typename Makers>
auto makeComponent(const Makers& makers, const char* kind, const nlohmann::json& json, const std::string& where,
                   int depth) -> decltype(makers.begin()->second(json, where, depth)) {
    if (json.is_null())
        return {};
    const std::string type = required<std::string>(json, "type", where);
    const auto maker = makers.find(type);
    if (maker == makers.end())
        badInput(std::string("the ") + kind + " '" + type + "' is not supported", where,
                 "use a model whose tokenizer is byte-level BPE, or give token ids in a .safetensors file");
    return maker->second(json, where, depth);
}

inline std::string itemPlace(const std::string& where, const char* key, std::size_t index) {
    return where + "." + key + "[" + std::to_string(index) + "]";
}

} // namespace awq::core
