// SPDX-License-Identifier: GPL-3.0-or-later
// Looks settings up under their aliases and keeps the list of those nobody asked for.
#include "core/model/config.h"

#include <cmath>
#include <nlohmann/json.hpp>
#include <set>

#include "core/error.h"
#include "core/json_fields.h"
#include "core/json_text.h"

namespace awq::core {

struct Config::State {
    nlohmann::json json;
    std::string where;
    std::set<std::string, std::less<>> read;
};

namespace {

constexpr const char* fetchAgain = "fetch the model's config.json again";

template <typename T>
T valueOf(const nlohmann::json& json, const std::string& where) {
    T value{};
    try {
        readValue(json, value, where);
    } catch (const Error& error) {
        badInput(error.what(), error.where(), fetchAgain);
    }
    return value;
}

// Whole numbers also in the form 4096.0, as some tools write them.
std::int64_t wholeNumber(const nlohmann::json& json, const std::string& where) {
    constexpr double exact = 9007199254740992; // 2^53: beyond it doubles skip whole numbers
    if (json.is_number_float() && std::abs(json.get<double>()) <= exact &&
        std::trunc(json.get<double>()) == json.get<double>())
        return std::int64_t(json.get<double>());
    return valueOf<std::int64_t>(json, where);
}

std::string namesText(SettingNames names) {
    std::string text;
    for (std::string_view name : names)
        text += (text.empty() ? "'" : " or '") + std::string(name) + "'";
    return text;
}

} // namespace

Config Config::read(const std::filesystem::path& file) {
    return fromJson(readJsonFile(file), file.string());
}

Config Config::fromJson(nlohmann::json json, std::string where) {
    if (!json.is_object())
        badInput("not a model configuration: expected a JSON object", where, fetchAgain);
    return Config(std::make_shared<State>(State{std::move(json), std::move(where), {}}));
}

const nlohmann::json* Config::find(SettingNames names) const {
    const nlohmann::json* found = nullptr;
    for (std::string_view name : names) {
        m_state->read.emplace(name);
        const auto entry = m_state->json.find(name);
        if (!found && entry != m_state->json.end() && !entry->is_null())
            found = &*entry;
    }
    return found;
}

bool Config::has(SettingNames names) const {
    return find(names) != nullptr;
}

std::int64_t Config::integer(SettingNames names) const {
    if (const nlohmann::json* value = find(names))
        return wholeNumber(*value, where() + ", " + namesText(names));
    badInput("the setting " + namesText(names) + " is missing", where(), fetchAgain);
}

std::int64_t Config::integer(SettingNames names, std::int64_t fallback) const {
    return find(names) ? integer(names) : fallback;
}

double Config::number(SettingNames names, double fallback) const {
    const nlohmann::json* value = find(names);
    return value ? valueOf<double>(*value, where() + ", " + namesText(names)) : fallback;
}

bool Config::boolean(SettingNames names, bool fallback) const {
    const nlohmann::json* value = find(names);
    return value ? valueOf<bool>(*value, where() + ", " + namesText(names)) : fallback;
}

std::string Config::text(SettingNames names, const std::string& fallback) const {
    const nlohmann::json* value = find(names);
    return value ? valueOf<std::string>(*value, where() + ", " + namesText(names)) : fallback;
}

std::vector<double> Config::numbers(SettingNames names) const {
    const nlohmann::json* value = find(names);
    return value ? valueOf<std::vector<double>>(*value, where() + ", " + namesText(names)) : std::vector<double>{};
}

std::vector<std::int64_t> Config::integers(SettingNames names) const {
    const nlohmann::json* value = find(names);
    return value ? valueOf<std::vector<std::int64_t>>(*value, where() + ", " + namesText(names))
                 : std::vector<std::int64_t>{};
}

std::vector<std::string> Config::texts(SettingNames names) const {
    const nlohmann::json* value = find(names);
    return value ? valueOf<std::vector<std::string>>(*value, where() + ", " + namesText(names))
                 : std::vector<std::string>{};
}

std::optional<Config> Config::object(SettingNames names) const {
    const nlohmann::json* value = find(names);
    if (!value)
        return std::nullopt;
    return fromJson(*value, where() + ", " + namesText(names));
}

Config Config::objectOrEmpty(SettingNames names) const {
    return object(names).value_or(fromJson(nlohmann::json::object(), where() + ", " + namesText(names)));
}

void Config::refuse(std::string_view name, const std::string& why) const {
    const auto entry = m_state->json.find(name);
    const std::string value = entry == m_state->json.end() ? "" : " = " + dumpLine(*entry);
    badInput("the setting '" + std::string(name) + "'" + value + " is not supported: " + why, where(),
             "this variant of the architecture cannot be quantized with this program");
}

std::vector<std::string> Config::unread() const {
    std::vector<std::string> names;
    for (const auto& [name, value] : m_state->json.items())
        if (!value.is_null() && value != false && !m_state->read.contains(name))
            names.push_back(name);
    return names;
}

const nlohmann::json& Config::json() const {
    return m_state->json;
}
const std::string& Config::where() const {
    return m_state->where;
}

} // namespace awq::core
