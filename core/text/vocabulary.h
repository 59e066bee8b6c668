// SPDX-License-Identifier: GPL-3.0-or-later
// The tokens of a BPE model: text to id and back.
#pragma once

#include <cstdint>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace awq::core {

// The largest id a tokenizer file may give; far above any real vocabulary.
inline constexpr std::int32_t largestTokenId = (1 << 24) - 1;

class Vocabulary {
public:
    // {"token": id, ...}. Throws Error(badInput) naming `where` and the token when an id is not a number in
    // [0, largestTokenId].
    static Vocabulary fromJson(const nlohmann::json& json, const std::string& where);

    void add(const std::string& token, std::int32_t id); // of equal tokens or ids the last one counts

    std::optional<std::int32_t> find(std::string_view token) const;
    const std::string* textOf(std::int32_t id) const; // null when no token has this id

    std::size_t size() const { return m_ids.size(); }                     // tokens
    std::int32_t idLimit() const { return std::int32_t(m_texts.size()); } // largest id + 1

private:
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
    };

    std::unordered_map<std::string, std::int32_t, Hash, std::equal_to<>> m_ids;
    std::vector<std::optional<std::string>> m_texts; // by id
};

} // namespace awq::core
