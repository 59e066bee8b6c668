// SPDX-License-Identifier: GPL-3.0-or-later
// One maker per type of normalizer.
#include "core/text/normalizers.h"

#include <map>
#include <vector>

#include "core/text/json_access.h"
#include "core/text/pattern.h"
#include "core/text/unicode_classes.h"
#include "core/text/unicode_normalize.h"

namespace awq::core {
namespace {

using Json = nlohmann::json;

Normalizer make(const Json& json, const std::string& where, int depth);

template <NormalizationForm form>
Normalizer makeForm(const Json&, const std::string&, int) {
    return [](std::string_view text) { return normalizeUnicode(text, form); };
}

Normalizer makeLowercase(const Json&, const std::string&, int) {
    return lowerCase;
}

Normalizer makeStrip(const Json& json, const std::string& where, int) {
    const bool left = fieldOr(json, "strip_left", true, where), right = fieldOr(json, "strip_right", true, where);
    return [=](std::string_view text) { return std::string(stripWhiteSpace(text, left, right)); };
}

Normalizer makePrepend(const Json& json, const std::string& where, int) {
    return [prefix = required<std::string>(json, "prepend", where)](std::string_view text) {
        return text.empty() ? std::string() : prefix + std::string(text);
    };
}

Normalizer makeReplace(const Json& json, const std::string& where, int) {
    return [pattern = Pattern::fromJson(requiredField(json, "pattern", where), where + ".pattern"),
            content = required<std::string>(json, "content", where)](std::string_view text) {
        return pattern.replaceIn(text, content);
    };
}

Normalizer makeSequence(const Json& json, const std::string& where, int depth) {
    const Json& list = componentList(json, "normalizers", where, depth);
    std::vector<Normalizer> steps;
    for (std::size_t i = 0; i < list.size(); ++i)
        if (Normalizer step = make(list[i], itemPlace(where, "normalizers", i), depth + 1))
            steps.push_back(std::move(step));
    if (steps.empty())
        return {};
    return [steps](std::string_view text) {
        std::string result(text);
        for (const Normalizer& step : steps)
            result = step(result);
        return result;
    };
}

Normalizer make(const Json& json, const std::string& where, int depth) {
    using Maker = Normalizer (*)(const Json&, const std::string&, int);
    static const std::map<std::string, Maker> makers{
        {"NFC", makeForm<NormalizationForm::nfc>},
        {"NFD", makeForm<NormalizationForm::nfd>},
        {"NFKC", makeForm<NormalizationForm::nfkc>},
        {"NFKD", makeForm<NormalizationForm::nfkd>},
        {"Lowercase", makeLowercase},
        {"Strip", makeStrip},
        {"Prepend", makePrepend},
        {"Replace", makeReplace},
        {"Sequence", makeSequence},
    };
    return makeComponent(makers, "normalizer", json, where, depth);
}

} // namespace

Normalizer makeNormalizer(const Json& json, const std::string& where) {
    return make(json, where, 0);
}

} // namespace awq::core
