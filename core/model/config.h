// SPDX-License-Identifier: GPL-3.0-or-later
// Settings of config.json under their several names, with errors that say which setting is wrong; remembers what was
// asked for.
#pragma once

#include <cstdint>
#include <filesystem>
#include <initializer_list>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace awq::core {

// The names one setting has in different families; the first one present and not null counts.
using SettingNames = std::initializer_list<std::string_view>;

class Config {
public:
    // Throws Error(badInput) when the file is missing, no JSON object, or too deep or large to be a config.
    static Config read(const std::filesystem::path& file);
    static Config fromJson(nlohmann::json json, std::string where);

    bool has(SettingNames names) const; // present and not null

    // Without a fallback: throws Error(badInput) when absent. Always: when it has another type.
    std::int64_t integer(SettingNames names) const;
    std::int64_t integer(SettingNames names, std::int64_t fallback) const;
    double number(SettingNames names, double fallback) const;
    bool boolean(SettingNames names, bool fallback) const;
    std::string text(SettingNames names, const std::string& fallback) const;
    std::vector<double> numbers(SettingNames names) const; // empty when absent
    std::vector<std::int64_t> integers(SettingNames names) const;
    std::vector<std::string> texts(SettingNames names) const;
    std::optional<Config> object(SettingNames names) const; // a nested object
    Config objectOrEmpty(SettingNames names) const;

    // Throws Error(badInput): setting NAME = VALUE is not supported, and why.
    [[noreturn]] void refuse(std::string_view name, const std::string& why) const;

    // Settings that nobody asked for, with a value other than null and false; nested objects as one.
    std::vector<std::string> unread() const;

    const nlohmann::json& json() const;
    const std::string& where() const; // "FOLDER/config.json" or "FOLDER/config.json, text_config"

private:
    struct State;
    explicit Config(std::shared_ptr<State> state) : m_state(std::move(state)) {}
    const nlohmann::json* find(SettingNames names) const; // marks all of them as read
    std::shared_ptr<State> m_state;
};

} // namespace awq::core
