// SPDX-License-Identifier: GPL-3.0-or-later
// Reading and writing overrides.
#include "core/plan/scale_override.h"

#include <algorithm>
#include <charconv>

#include "core/error.h"

namespace awq::core {
namespace {

const std::string noClipWord = "no-clip", excludeWord = "exclude", searchWord = "search";

std::string ratioText(double ratio) {
    char text[32];
    const auto end = std::to_chars(text, text + sizeof text, ratio).ptr;
    return {text, end};
}

[[noreturn]] void refuse(const std::string& text, const std::string& what) {
    throw Error(ErrorCode::usage, "--override '" + text + "': " + what, "--override",
                "write SET=CHOICE, where CHOICE is a ratio from 0 (no scaling) to 1, no-clip, exclude, or a ratio and "
                "no-clip: model.layers.0.mlp.up_proj=0.4,no-clip");
}

void takeWord(const std::string& text, const std::string& word, ScaleOverride& wanted) {
    if (word == searchWord)
        return;
    if (word == noClipWord) {
        wanted.clip = false;
        return;
    }
    if (word == excludeWord) {
        wanted.exclude = true;
        return;
    }
    double ratio = 0;
    const char* end = word.data() + word.size();
    const auto [stop, error] = std::from_chars(word.data(), end, ratio);
    if (error != std::errc() || stop != end || !(ratio >= 0 && ratio <= 1))
        refuse(text, "'" + word + "' is no ratio and no choice");
    wanted.ratio = ratio;
}

} // namespace

std::string choiceText(const ScaleOverride& wanted) {
    if (wanted.exclude)
        return excludeWord;
    std::string text = wanted.ratio ? ratioText(*wanted.ratio) : "";
    if (!wanted.clip)
        text += (text.empty() ? "" : ",") + noClipWord;
    return text.empty() ? searchWord : text;
}

std::string toText(const ScaleOverride& wanted) {
    return wanted.scaleSet + "=" + choiceText(wanted);
}

ScaleOverride scaleOverrideFromText(const std::string& text) {
    const std::size_t equals = text.rfind('=');
    if (equals == std::string::npos || equals == 0 || equals + 1 == text.size())
        refuse(text, "it does not name a scale set and a choice");
    ScaleOverride wanted;
    wanted.scaleSet = text.substr(0, equals);
    for (std::size_t first = equals + 1; first <= text.size();) {
        const std::size_t comma = std::min(text.find(',', first), text.size());
        takeWord(text, text.substr(first, comma - first), wanted);
        first = comma + 1;
    }
    return wanted;
}

void putOverride(std::vector<std::string>& list, const ScaleOverride& wanted) {
    std::erase_if(list,
                  [&](const std::string& text) { return scaleOverrideFromText(text).scaleSet == wanted.scaleSet; });
    if (!wanted.asksForNothing())
        list.push_back(toText(wanted));
}

std::optional<ScaleOverride> findOverride(const std::vector<std::string>& list, const std::string& scaleSet) {
    for (const std::string& text : list)
        if (ScaleOverride wanted = scaleOverrideFromText(text);
            wanted.scaleSet == scaleSet || wanted.scaleSet.ends_with("." + scaleSet))
            return wanted;
    return std::nullopt;
}

} // namespace awq::core
