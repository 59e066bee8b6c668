// SPDX-License-Identifier: GPL-3.0-or-later
// The "normalizer" of a tokenizer.json: rewrites the text between added tokens before it is split.
// Known: NFC, NFD, NFKC, NFKD, Lowercase, Strip, Prepend, Replace, Sequence.
#pragma once

#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

namespace awq::core {

using Normalizer = std::function<std::string(std::string_view)>; // valid UTF-8 in and out; empty: changes nothing

// null gives an empty function. Throws Error(badInput) naming `where` and the type when it is not known.
Normalizer makeNormalizer(const nlohmann::json& json, const std::string& where);

} // namespace awq::core
