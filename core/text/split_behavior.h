// SPDX-License-Identifier: GPL-3.0-or-later
// What becomes of the matches of a split: kept apart, dropped, or glued to a neighbour.
#pragma once

#include <string>
#include <vector>

#include "core/text/regex_onig.h"

namespace awq::core {

enum class SplitBehavior {
    isolated,           // every match and every gap is a piece
    removed,            // matches are dropped
    mergedWithPrevious, // a match joins the gap before it; of several in a row only the first
    mergedWithNext,     // a match joins the gap after it; of several in a row only the last
    contiguous,         // neighbouring matches are one piece
};

// Throws Error(badInput) with `where` when the name is unknown.
SplitBehavior splitBehaviorFromName(const std::string& name, const std::string& where);

// In: spans that cover a text. Out: the pieces, as spans whose isMatch no longer matters.
void applyBehavior(std::vector<Span>& spans, SplitBehavior behavior);

} // namespace awq::core
