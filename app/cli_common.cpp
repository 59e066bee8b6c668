// SPDX-License-Identifier: GPL-3.0-or-later
// Groups of options and their meaning.
#include "app/cli_common.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "core/error.h"

namespace awq::app {

core::ComputeOptions computeOptions(const Arguments& arguments) {
    constexpr std::array dtypes{"auto", "float32", "float16", "bfloat16"};
    core::ComputeOptions options;
    options.device = arguments.text("device", options.device);
    options.dtype = arguments.text("dtype", options.dtype);
    options.threads = int(std::min<std::int64_t>(arguments.integer("threads", 0, 0), 4096));
    if (!std::ranges::count(dtypes, options.dtype))
        throw core::Error(core::ErrorCode::usage, "--dtype does not take '" + options.dtype + "'", {},
                          "use one of: auto, float32, float16, bfloat16");
    return options;
}

const std::vector<CliOption>& textWindowOptions() {
    static const std::vector<CliOption> table{
        {"text", "FILE", "bundled, or a text: .txt .jsonl .jsonl.zst .gz .parquet"},
        {"text-field", "NAME", "field of a .jsonl or .parquet record that holds the text (text)"},
        {"ids", "FILE", "token ids instead of a text: .safetensors with input_ids [windows, W], used as they are"},
        {"window", "N",
         "tokens per window (2048, or the model's context if shorter); a window of N tokens gives N - 1 predictions"},
        {"stride", "N", "tokens between window starts (the window: no overlap)"},
        {"max-tokens", "N", "use the first N tokens only"},
        {"protocol", "NAME", "as published figures were measured: llm-awq, llama.cpp (see --window)"},
        {"no-special", "", "do not start with the tokenizer's special tokens"},
    };
    return table;
}

core::TextWindows textWindows(const Arguments& arguments, const std::string& fallback) {
    const bool text = arguments.has("text"), ids = arguments.has("ids");
    if ((text && ids) || (!text && !ids && fallback.empty()))
        throw core::Error(core::ErrorCode::usage, text ? "--text and --ids exclude each other" : "which text?", {},
                          "give --text FILE, --text bundled, or --ids FILE.safetensors");
    core::TextWindows windows;
    windows.text = arguments.text("text", ids ? "" : fallback);
    windows.ids = arguments.text("ids", "");
    windows.textField = arguments.text("text-field", windows.textField);
    windows.window = arguments.integer("window", 0, 2);
    windows.stride = arguments.integer("stride", 0, 1);
    windows.maxTokens = arguments.integer("max-tokens", 0, 2);
    windows.protocol = arguments.text("protocol", "");
    if (windows.protocol == "llama.cpp" && !arguments.has("window"))
        windows.window = 512; // llama-perplexity's own
    windows.specialTokens = !arguments.has("no-special");
    return windows;
}

std::vector<CliOption> joined(std::vector<CliOption> first, const std::vector<CliOption>& second) {
    first.insert(first.end(), second.begin(), second.end());
    return first;
}

std::vector<std::int64_t> integers(const Arguments& arguments, const std::string& option,
                                   std::vector<std::int64_t> fallback) {
    const std::string none;
    const std::string text = arguments.text(option, none);
    if (text.empty())
        return fallback;
    std::vector<std::int64_t> values;
    for (std::size_t begin = 0; begin <= text.size();) {
        const std::size_t end = std::min(text.find(',', begin), text.size());
        std::int64_t value = 0;
        const auto parsed = std::from_chars(text.data() + begin, text.data() + end, value);
        if (parsed.ptr != text.data() + end || value < 1)
            throw core::Error(core::ErrorCode::usage,
                              "--" + option + " takes whole numbers from 1 on, separated by commas", "--" + option,
                              "for example 512,2048");
        values.push_back(value);
        begin = end + 1;
    }
    return values;
}

} // namespace awq::app
