// SPDX-License-Identifier: GPL-3.0-or-later
// Speed of tokenizers in processor time of one core: ordinary text, and texts that tempt an encoder into quadratic
// time.
//   tokenizer_bench [MODEL_FOLDER [TEXT_FILE]]     without arguments: a small byte-level tokenizer and made-up
//   sentences
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <string>
#include <vector>

#include "core/error.h"
#include "core/text/tokenizer.h"
#include "tests/support/files.h"
#include "tests/support/tiny_model.h"

namespace {

using namespace awq;

constexpr std::size_t megabyte = 1'000'000;

std::string repeated(const std::string& unit, std::size_t bytes) {
    std::string text;
    while (text.size() < bytes)
        text += unit;
    return text;
}

void measure(const core::Tokenizer& tokenizer, const char* what, const std::string& text) {
    const std::clock_t start = std::clock();
    const std::size_t tokens = tokenizer.encode(text).size();
    const double seconds = double(std::clock() - start) / CLOCKS_PER_SEC;
    std::printf("%-28s %9zu bytes %9zu tokens %8.3f s %8.2f MB/s\n", what, text.size(), tokens, seconds,
                double(text.size()) / double(megabyte) / seconds);
}

int run(int count, char** arguments) {
    std::filesystem::path folder;
    if (count > 1) {
        folder = arguments[1];
    } else {
        folder = std::filesystem::temp_directory_path() / "awq-tokenizer-bench";
        test::writeTinyTokenizer(folder);
    }
    const auto tokenizer = core::loadTokenizer(folder);
    std::printf("%s\n", tokenizer->description().c_str());
    const std::string text = count > 2 ? test::readFile(arguments[2]) : test::tinyText(4 * megabyte);
    measure(*tokenizer, "text, first time", text);
    measure(*tokenizer, "text, again", text);
    measure(*tokenizer, "one letter", repeated("a", megabyte));
    measure(*tokenizer, "spaces", repeated(" ", megabyte));
    measure(*tokenizer, "spaces, then a letter", repeated(" ", megabyte) + "a");
    measure(*tokenizer, "line ends", repeated("\n", megabyte));
    measure(*tokenizer, "digits", repeated("7", megabyte));
    measure(*tokenizer, "capitals", repeated("A", megabyte));
    measure(*tokenizer, "punctuation", repeated("!", megabyte));
    measure(*tokenizer, "emoji", repeated("\U0001F642", megabyte));
    measure(*tokenizer, "combining marks", repeated("\u0301\u0323", megabyte));
    measure(*tokenizer, "bytes that are not UTF-8", repeated("\xff", megabyte));
    measure(*tokenizer, "'<' signs", repeated("<", megabyte));
    return 0;
}

} // namespace

int main(int count, char** arguments) {
    try {
        return run(count, arguments);
    } catch (const core::Error& error) {
        std::fprintf(stderr, "error: %s\n  where: %s\n", error.what(), error.where().c_str());
        return int(error.code());
    }
}
