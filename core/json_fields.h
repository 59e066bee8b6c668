// SPDX-License-Identifier: GPL-3.0-or-later
// JSON forms of plain structs from a table of their fields. Private to core's .cpp files: it includes all of
// nlohmann_json.
//   template <> inline constexpr auto jsonFields<Point> = std::tuple{JsonField{"x", &Point::x}, JsonField{"y",
//   &Point::y}};
// Enums bring nameOf(value) and fromName(name, value, where). Numbers that are not finite are null in JSON and read
// back as NaN.
#pragma once

#include <concepts>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "core/error.h"

namespace awq::core {

using OrderedJson = nlohmann::ordered_json;

template <typename Owner, typename Value>
struct JsonField {
    const char* key;
    Value Owner::*member;
};

template <typename T>
inline constexpr auto jsonFields = nullptr;

template <typename T>
concept HasJsonFields = !std::same_as<decltype(jsonFields<T>), const std::nullptr_t>;

template <typename T>
struct IsVector : std::false_type {};
template <typename T>
struct IsVector<std::vector<T>> : std::true_type {};

// --- writing -------------------------------------------------------------------------------------------------------

template <typename T>
OrderedJson jsonValue(const T& value);

template <typename T>
void appendFields(OrderedJson& json, const T& value) {
    std::apply([&](const auto&... field) { ((json[field.key] = jsonValue(value.*field.member)), ...); }, jsonFields<T>);
}

template <typename T>
OrderedJson jsonValue(const T& value) {
    if constexpr (HasJsonFields<T>) {
        OrderedJson json = OrderedJson::object();
        appendFields(json, value);
        return json;
    } else if constexpr (IsVector<T>::value) {
        OrderedJson json = OrderedJson::array();
        for (const auto& item : value)
            json.push_back(jsonValue(item));
        return json;
    } else if constexpr (std::is_enum_v<T>) {
        return nameOf(value);
    } else if constexpr (std::same_as<T, std::filesystem::path>) {
        return value.string();
    } else {
        return value;
    }
}

// One line; bytes that are not UTF-8 (file names may hold any) are replaced, so that writing never fails.
template <typename Json>
std::string dumpLine(const Json& json) {
    return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

inline std::string dumpPretty(const OrderedJson& json) {
    return json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

// --- reading: every mistake is Error(badInput) whose `where` ends with the key -------------------------------------

[[noreturn]] inline void wrongType(const std::string& where, const char* expected, const nlohmann::json& found) {
    std::string text = dumpLine(found);
    if (text.size() > 60)
        text = text.substr(0, 57) + "...";
    badInput(std::string("expected ") + expected + ", found " + text, where, "correct this value");
}

template <typename T>
void readValue(const nlohmann::json& json, T& value, const std::string& where);

enum class UnknownKeys { ignore, refuse };

// Fields that are absent keep the value they have.
template <typename T>
void readFields(const nlohmann::json& json, T& value, const std::string& where,
                UnknownKeys unknown = UnknownKeys::ignore) {
    if (!json.is_object())
        wrongType(where, "an object", json);
    std::apply(
        [&](const auto&... field) {
            ((json.contains(field.key) ? readValue(json[field.key], value.*field.member, where + " " + field.key)
                                       : void()),
             ...);
            if (unknown == UnknownKeys::refuse)
                for (const auto& [key, ignored] : json.items())
                    if (!((key == field.key) || ...))
                        badInput("unknown key '" + key + "'", where);
        },
        jsonFields<T>);
}

template <std::integral T>
T readInteger(const nlohmann::json& json, const std::string& where) {
    if (!json.is_number_integer())
        wrongType(where, "a whole number", json);
    const bool fits = json.is_number_unsigned() ? std::in_range<T>(json.get<std::uint64_t>())
                                                : std::in_range<T>(json.get<std::int64_t>());
    if (!fits)
        badInput("the number " + json.dump() + " is out of range", where);
    return json.get<T>();
}

template <typename T>
void readValue(const nlohmann::json& json, T& value, const std::string& where) {
    if constexpr (HasJsonFields<T>) {
        readFields(json, value, where);
    } else if constexpr (IsVector<T>::value) {
        if (!json.is_array())
            wrongType(where, "a list", json);
        value.assign(json.size(), {});
        for (std::size_t i = 0; i < json.size(); ++i)
            readValue(json[i], value[i], where + "[" + std::to_string(i) + "]");
    } else if constexpr (std::same_as<T, bool>) {
        if (!json.is_boolean())
            wrongType(where, "true or false", json);
        value = json.get<bool>();
    } else if constexpr (std::integral<T>) {
        value = readInteger<T>(json, where);
    } else if constexpr (std::floating_point<T>) {
        if (!json.is_number() && !json.is_null())
            wrongType(where, "a number", json);
        value = json.is_null() ? std::numeric_limits<T>::quiet_NaN() : json.get<T>();
    } else {
        if (!json.is_string())
            wrongType(where, "text", json);
        if constexpr (std::is_enum_v<T>)
            fromName(json.get<std::string>(), value, where);
        else
            value = json.get<std::string>();
    }
}

} // namespace awq::core
