// SPDX-License-Identifier: GPL-3.0-or-later
// Strict JSON parsing on top of nlohmann's parser.
#include "core/json_text.h"

#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <unordered_set>
#include <vector>

#include "core/error.h"

namespace awq::core {
namespace {

using Json = nlohmann::json;

// Refuses a key that its object already has.
class DuplicateKeys {
public:
    explicit DuplicateKeys(const std::string& where) : m_where(where) {}

    void see(Json::parse_event_t event, const Json& parsed) {
        if (event == Json::parse_event_t::object_start)
            m_open.emplace_back();
        else if (event == Json::parse_event_t::object_end)
            m_open.pop_back();
        else if (event == Json::parse_event_t::key && !m_open.back().insert(parsed.get<std::string>()).second)
            badInput("the key '" + parsed.get<std::string>() + "' appears twice", m_where,
                     "the file is damaged or was edited by hand; fetch it again");
    }

private:
    const std::string& m_where;
    std::vector<std::unordered_set<std::string>> m_open;
};

} // namespace

nlohmann::json parseJson(std::string_view text, const std::string& where) {
    DuplicateKeys keys(where);
    try {
        return Json::parse(text, [&keys](int, Json::parse_event_t event, Json& parsed) {
            keys.see(event, parsed);
            return true;
        });
    } catch (const Json::parse_error& error) {
        badInput("invalid JSON: " + std::string(error.what()), where + ", offset " + std::to_string(error.byte),
                 "the file is damaged or was edited by hand; fetch it again");
    }
}

nlohmann::json readJsonFile(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    if (!stream)
        badInput("cannot read the file", file.string(), "check that it exists and that you may read it");
    const std::string text{std::istreambuf_iterator<char>(stream), {}};
    return parseJson(text, file.string());
}

} // namespace awq::core
