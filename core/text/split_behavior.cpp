// SPDX-License-Identifier: GPL-3.0-or-later
// The five behaviours as passes over spans.
#include "core/text/split_behavior.h"

#include <algorithm>
#include <map>

#include "core/error.h"

namespace awq::core {
namespace {

// One pass in which joins(span, previous flag) tells whether a span is glued to the result's last one.
template <typename Joins>
void glue(std::vector<Span>& spans, Joins joins) {
    std::size_t kept = 0;
    bool previous = false;
    for (const Span span : spans) {
        if (kept > 0 && joins(span.isMatch, previous)) {
            spans[kept - 1].begin = std::min(spans[kept - 1].begin, span.begin);
            spans[kept - 1].end = std::max(spans[kept - 1].end, span.end);
        } else {
            spans[kept++] = span;
        }
        previous = span.isMatch;
    }
    spans.resize(kept);
}

bool firstOfMatches(bool isMatch, bool previous) {
    return isMatch && !previous;
}

} // namespace

SplitBehavior splitBehaviorFromName(const std::string& name, const std::string& where) {
    static const std::map<std::string, SplitBehavior> names{
        {"Isolated", SplitBehavior::isolated},
        {"Removed", SplitBehavior::removed},
        {"MergedWithPrevious", SplitBehavior::mergedWithPrevious},
        {"MergedWithNext", SplitBehavior::mergedWithNext},
        {"Contiguous", SplitBehavior::contiguous},
    };
    const auto found = names.find(name);
    if (found == names.end())
        badInput("the split behavior '" + name + "' is not known", where,
                 "the file is damaged or was edited by hand; fetch it again");
    return found->second;
}

void applyBehavior(std::vector<Span>& spans, SplitBehavior behavior) {
    switch (behavior) {
    case SplitBehavior::isolated:
        break;
    case SplitBehavior::removed:
        std::erase_if(spans, [](const Span& span) { return span.isMatch; });
        break;
    case SplitBehavior::mergedWithPrevious:
        glue(spans, firstOfMatches);
        break;
    case SplitBehavior::mergedWithNext:
        std::reverse(spans.begin(), spans.end());
        glue(spans, firstOfMatches);
        std::reverse(spans.begin(), spans.end());
        break;
    case SplitBehavior::contiguous:
        glue(spans, [](bool isMatch, bool previous) { return isMatch == previous; });
        break;
    }
}

} // namespace awq::core
