// SPDX-License-Identifier: GPL-3.0-or-later
// Compiles patterns and walks their matches.
#include "core/text/regex_onig.h"

#include <mutex>
#include <oniguruma.h>

#include "core/error.h"
#include "core/text/utf8.h"

namespace awq::core {
namespace {

// Backtracking steps one match may take, per byte of the text and at least: far above what the usual patterns need
// (a few per byte), low enough to end within seconds.
constexpr unsigned long stepsPerByte = 64, leastSteps = 10'000'000;

std::string messageOf(int code, OnigErrorInfo* info = nullptr) {
    UChar text[ONIG_MAX_ERROR_MESSAGE_LEN];
    const int length = info ? onig_error_code_to_str(text, code, info) : onig_error_code_to_str(text, code);
    return {reinterpret_cast<const char*>(text), std::size_t(length)};
}

void initializeOnce() {
    static std::once_flag once;
    std::call_once(once, [] {
        OnigEncoding encodings[] = {ONIG_ENCODING_UTF8};
        onig_initialize(encodings, 1);
    });
}

// What a search needs beside the pattern.
class SearchState {
public:
    SearchState() : m_region(onig_region_new()), m_parameters(onig_new_match_param()) {
        onig_initialize_match_param(m_parameters);
        onig_set_match_stack_limit_size_of_match_param(m_parameters, 0); // bounded by the steps
    }
    ~SearchState() {
        onig_region_free(m_region, 1);
        onig_free_match_param(m_parameters);
    }
    SearchState(const SearchState&) = delete;
    SearchState& operator=(const SearchState&) = delete;

    OnigRegion* region() { return m_region; }

    OnigMatchParam* parametersFor(std::size_t bytes) {
        const unsigned long steps = leastSteps + stepsPerByte * bytes;
        onig_set_retry_limit_in_match_of_match_param(m_parameters, steps);
        return m_parameters;
    }

private:
    OnigRegion* m_region;
    OnigMatchParam* m_parameters;
};

} // namespace

struct Regex::Compiled {
    regex_t* regex = nullptr;
    ~Compiled() { onig_free(regex); }
};

Regex::Regex(const std::string& pattern, const std::string& where) : m_where(where) {
    initializeOnce();
    auto compiled = std::make_shared<Compiled>();
    const auto* begin = reinterpret_cast<const UChar*>(pattern.data());
    OnigErrorInfo info;
    const int code = onig_new(&compiled->regex, begin, begin + pattern.size(), ONIG_OPTION_NONE, ONIG_ENCODING_UTF8,
                              ONIG_SYNTAX_DEFAULT, &info);
    if (code != ONIG_NORMAL)
        badInput("the regular expression '" + pattern + "' is not valid: " + messageOf(code, &info), where,
                 "the file is damaged or was edited by hand; fetch it again");
    m_compiled = std::move(compiled);
}

void Regex::split(std::string_view text, std::vector<Span>& spans) const {
    thread_local SearchState state; // allocating it costs as much as splitting a word
    const auto* begin = reinterpret_cast<const UChar*>(text.data());
    const UChar* end = begin + text.size();
    OnigRegion* region = state.region();
    OnigMatchParam* parameters = state.parametersFor(text.size());
    std::size_t covered = 0, from = 0;
    while (from <= text.size()) {
        // Patterns of tokenizers match where the last match ended; a look there is cheaper than a search.
        int found =
            onig_match_with_param(m_compiled->regex, begin, end, begin + from, region, ONIG_OPTION_NONE, parameters);
        if (found == ONIG_MISMATCH)
            found = onig_search_with_param(m_compiled->regex, begin, end, begin + from, end, region, ONIG_OPTION_NONE,
                                           parameters);
        if (found == ONIG_MISMATCH)
            break;
        if (found < 0)
            badInput("the regular expression cannot be applied to a text of " + std::to_string(text.size()) +
                         " bytes: " + messageOf(found),
                     m_where, "split the text into shorter documents");
        const auto matchBegin = std::size_t(region->beg[0]), matchEnd = std::size_t(region->end[0]);
        if (matchBegin > covered)
            spans.push_back({covered, matchBegin, false});
        spans.push_back({matchBegin, matchEnd, true});
        covered = matchEnd;
        const bool empty = matchEnd == matchBegin;
        from = !empty ? matchEnd : matchEnd + (matchEnd < text.size() ? utf8Length(text[matchEnd]) : 1);
    }
    if (covered < text.size())
        spans.push_back({covered, text.size(), false});
}

} // namespace awq::core
