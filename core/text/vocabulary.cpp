// SPDX-License-Identifier: GPL-3.0-or-later
// Reads and answers vocabularies.
#include "core/text/vocabulary.h"

#include "core/text/json_access.h"

namespace awq::core {

Vocabulary Vocabulary::fromJson(const nlohmann::json& json, const std::string& where) {
    if (!json.is_object())
        wrongType(where, "an object of tokens and ids", json);
    Vocabulary vocabulary;
    vocabulary.m_ids.reserve(json.size());
    for (const auto& [token, value] : json.items()) {
        const std::string place = where + ", token '" + token + "'";
        const auto id = readInteger<std::int64_t>(value, place);
        if (id < 0 || id > largestTokenId)
            badInput("the id " + std::to_string(id) + " is out of range", place,
                     "the file is damaged or was edited by hand; fetch it again");
        vocabulary.add(token, std::int32_t(id));
    }
    return vocabulary;
}

void Vocabulary::add(const std::string& token, std::int32_t id) {
    m_ids[token] = id;
    if (std::size_t(id) >= m_texts.size())
        m_texts.resize(std::size_t(id) + 1);
    m_texts[std::size_t(id)] = token;
}

std::optional<std::int32_t> Vocabulary::find(std::string_view token) const {
    const auto found = m_ids.find(token);
    return found == m_ids.end() ? std::nullopt : std::optional(found->second);
}

const std::string* Vocabulary::textOf(std::int32_t id) const {
    return id >= 0 && id < idLimit() && m_texts[std::size_t(id)] ? &*m_texts[std::size_t(id)] : nullptr;
}

} // namespace awq::core
