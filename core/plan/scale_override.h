// SPDX-License-Identifier: GPL-3.0-or-later
// What a user wants for one scale set instead of what the search finds, and its text form in recipes:
// "model.layers.3.mlp.up_proj=0.4,no-clip".
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace awq::core {

struct ScaleOverride {
    std::string scaleSet;        // full name of the producer: "model.layers.3.mlp.up_proj"
    std::optional<double> ratio; // 0..1, 0: no scaling; empty: searched
    bool clip = true;            // false: the linears of the set are not clipped
    bool exclude = false;        // they stay in float, and the rest has no effect

    bool asksForNothing() const { return !ratio && clip && !exclude; }
    bool operator==(const ScaleOverride&) const = default;
};

// "0.4,no-clip", "no-clip", "exclude"; "search" when it asks for nothing.
std::string choiceText(const ScaleOverride& wanted);
std::string toText(const ScaleOverride& wanted); // "SET=CHOICE"

// Throws Error(usage) that says what is expected.
ScaleOverride scaleOverrideFromText(const std::string& text);

// Takes the place of the list's entry for the same scale set; one that asks for nothing removes it.
void putOverride(std::vector<std::string>& list, const ScaleOverride& wanted);
// The list's entry for the scale set, whose name may lack its beginning ("3.mlp.up_proj"); empty when there is none.
// Entries must be valid.
std::optional<ScaleOverride> findOverride(const std::vector<std::string>& list, const std::string& scaleSet);

} // namespace awq::core
