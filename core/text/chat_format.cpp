// SPDX-License-Identifier: GPL-3.0-or-later
// The chat formats as a table.
#include "core/text/chat_format.h"

#include <algorithm>

#include "core/error.h"

namespace awq::core {
namespace {

struct ChatFormat {
    const char* name;
    const char* marker; // in templates of this format
    bool startsWithBos;
    const char *before, *after;
};

const std::vector<ChatFormat>& table() {
    static const std::vector<ChatFormat> formats{
        {"chatml", "<|im_start|>", false, "<|im_start|>user\n", "<|im_end|>\n<|im_start|>assistant\n"},
        {"llama-3", "<|start_header_id|>", true, "<|start_header_id|>user<|end_header_id|>\n\n",
         "<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n"},
        {"llama-2", "<<SYS>>", true, "[INST] ", " [/INST]"},
        {"mistral", "[INST]", true, "[INST] ", " [/INST]"},
        {"vicuna", "USER:", true, "USER: ", " ASSISTANT:"},
    };
    return formats;
}

const ChatFormat* find(const std::string& name) {
    const auto found =
        std::find_if(table().begin(), table().end(), [&](const ChatFormat& format) { return name == format.name; });
    return found == table().end() ? nullptr : &*found;
}

} // namespace

std::vector<std::string> chatFormats() {
    std::vector<std::string> names{"auto"};
    for (const ChatFormat& format : table())
        names.emplace_back(format.name);
    return names;
}

std::string detectChatFormat(const std::string& chatTemplate) {
    for (const ChatFormat& format : table())
        if (chatTemplate.find(format.marker) != std::string::npos)
            return format.name;
    return {};
}

std::vector<std::int32_t> encodeChat(const std::string& name, const Tokenizer& tokenizer, std::string_view userText,
                                     std::int64_t* replaced) {
    const std::string chosen = name == "auto" ? detectChatFormat(tokenizer.info().chatTemplate) : name;
    if (chosen.empty())
        badInput("the model has no chat template of a known format", tokenizer.info().file.string(),
                 "name one: chatml, llama-2, llama-3, mistral, vicuna");
    const ChatFormat* format = find(chosen);
    if (!format)
        throw Error(ErrorCode::usage, "unknown chat format '" + chosen + "'", "--chat-template",
                    "use auto, chatml, llama-2, llama-3, mistral or vicuna");
    std::vector<std::int32_t> ids =
        tokenizer.encode(format->before + std::string(userText) + format->after, false, replaced);
    if (format->startsWithBos && tokenizer.info().bosId)
        ids.insert(ids.begin(), *tokenizer.info().bosId);
    return ids;
}

} // namespace awq::core
