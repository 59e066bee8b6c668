// SPDX-License-Identifier: GPL-3.0-or-later
// The four Unicode normalization forms (UAX #15, Unicode 14), in time linear in the text whatever it holds.
#pragma once

#include <string>
#include <string_view>

namespace awq::core {

enum class NormalizationForm { nfc, nfd, nfkc, nfkd };

std::string normalizeUnicode(std::string_view text, NormalizationForm form); // valid text only

std::string lowerCase(std::string_view text); // every character on its own; valid text only

} // namespace awq::core
