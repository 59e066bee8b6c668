// SPDX-License-Identifier: GPL-3.0-or-later
// One reader per type of post-processor.
#include "core/text/post_processors.h"

#include <map>

#include "core/text/json_access.h"

namespace awq::core {
namespace {

using Json = nlohmann::json;

SpecialFrame read(const Json& json, const std::string& where, int depth);

SpecialFrame readByteLevel(const Json&, const std::string&, int) {
    return {}; // concerns offsets only
}

SpecialFrame readTemplate(const Json& json, const std::string& where, int) {
    const Json& items = requiredField(json, "single", where);
    if (!items.is_array())
        wrongType(where + ".single", "a list", items);
    SpecialFrame frame;
    bool textSeen = false;
    for (std::size_t i = 0; i < items.size(); ++i) {
        const std::string place = itemPlace(where, "single", i);
        if (isPresent(items[i], "Sequence")) {
            textSeen = true;
            continue;
        }
        const auto name = required<std::string>(requiredField(items[i], "SpecialToken", place), "id", place);
        const std::string tokenPlace = where + ".special_tokens";
        const Json& token = requiredField(requiredField(json, "special_tokens", where), name.c_str(), tokenPlace);
        const auto ids = required<std::vector<std::int32_t>>(token, "ids", tokenPlace + "." + name);
        auto& side = textSeen ? frame.after : frame.before;
        side.insert(side.end(), ids.begin(), ids.end());
    }
    return frame;
}

std::int32_t idOfPair(const Json& json, const char* key, const std::string& where) {
    const Json& pair = requiredField(json, key, where); // ["</s>", 2]
    if (!pair.is_array() || pair.size() != 2)
        wrongType(where + "." + key, "a token and its id", pair);
    return readInteger<std::int32_t>(pair[1], where + "." + key);
}

SpecialFrame readRoberta(const Json& json, const std::string& where, int) {
    return {{idOfPair(json, "cls", where)}, {idOfPair(json, "sep", where)}};
}

SpecialFrame readSequence(const Json& json, const std::string& where, int depth) {
    const Json& list = componentList(json, "processors", where, depth);
    SpecialFrame frame;
    for (std::size_t i = 0; i < list.size(); ++i) {
        const SpecialFrame outer = read(list[i], itemPlace(where, "processors", i), depth + 1);
        frame.before.insert(frame.before.begin(), outer.before.begin(), outer.before.end());
        frame.after.insert(frame.after.end(), outer.after.begin(), outer.after.end());
    }
    return frame;
}

SpecialFrame read(const Json& json, const std::string& where, int depth) {
    using Reader = SpecialFrame (*)(const Json&, const std::string&, int);
    static const std::map<std::string, Reader> readers{
        {"ByteLevel", readByteLevel},
        {"TemplateProcessing", readTemplate},
        {"RobertaProcessing", readRoberta},
        {"Sequence", readSequence},
    };
    return makeComponent(readers, "post-processor", json, where, depth);
}

} // namespace

SpecialFrame readPostProcessor(const Json& json, const std::string& where) {
    return read(json, where, 0);
}

} // namespace awq::core
