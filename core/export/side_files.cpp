// SPDX-License-Identifier: GPL-3.0-or-later
// Recognises and copies side files.
#include "core/export/side_files.h"

#include <fnmatch.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <system_error>

#include "core/error.h"
#include "core/json_text.h"

namespace awq::core {
namespace {

namespace fs = std::filesystem;

constexpr std::array patterns{"generation_config.json",
                              "tokenizer*.json",
                              "tokenizer*.model",
                              "special_tokens_map.json",
                              "added_tokens.json",
                              "vocab.json",
                              "vocab.txt",
                              "merges.txt",
                              "spiece.model",
                              "sentencepiece*.model",
                              "*.tiktoken",
                              "chat_template*",
                              "*processor_config.json",
                              "LICENSE*",
                              "NOTICE*",
                              "USE_POLICY*"};
constexpr const char* templateFolder = "additional_chat_templates";

bool matches(const std::string& name, bool code) {
    const auto fits = [&](const char* pattern) { return ::fnmatch(pattern, name.c_str(), 0) == 0; };
    return std::any_of(patterns.begin(), patterns.end(), fits) || (code && fits("*.py"));
}

// A model or its tokenizer may name Python classes of its own folder.
bool bringsCode(const fs::path& model, const nlohmann::json& config) {
    const fs::path tokenizer = model / "tokenizer_config.json";
    return config.contains("auto_map") || (fs::exists(tokenizer) && readJsonFile(tokenizer).contains("auto_map"));
}

void copyEntry(const fs::path& from, const fs::path& to) {
    std::error_code error;
    fs::copy(from, to, fs::copy_options::recursive, error); // follows links: model caches hold links only
    if (!error)
        return;
    if (error == std::errc::no_space_on_device)
        throw Error(ErrorCode::noResources, "the disk is full", to.string(),
                    "free some space or choose an output folder on another disk");
    badInput("cannot copy the file: " + error.message(), from.string(), "check that it may be read");
}

} // namespace

std::vector<fs::path> copySideFiles(const fs::path& model, const nlohmann::json& config, const fs::path& output) {
    const bool code = bringsCode(model, config);
    std::vector<fs::path> copies;
    for (const fs::directory_entry& entry : fs::directory_iterator(model)) {
        const std::string name = entry.path().filename().string();
        const bool wanted =
            entry.is_directory() ? name == templateFolder : entry.is_regular_file() && matches(name, code);
        if (!wanted)
            continue;
        copies.push_back(output / name);
        copyEntry(entry.path(), copies.back());
    }
    std::sort(copies.begin(), copies.end());
    return copies;
}

} // namespace awq::core
