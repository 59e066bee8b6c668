// SPDX-License-Identifier: GPL-3.0-or-later
// The "post_processor" of a tokenizer.json: the special tokens around a text.
// Known: TemplateProcessing (its "single" form), RobertaProcessing, ByteLevel (adds nothing), Sequence.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace awq::core {

struct SpecialFrame {
    std::vector<std::int32_t> before, after; // token ids

    bool operator==(const SpecialFrame&) const = default;
};

// null gives an empty frame. Throws Error(badInput) naming `where` and the type when it is not known.
SpecialFrame readPostProcessor(const nlohmann::json& json, const std::string& where);

} // namespace awq::core
