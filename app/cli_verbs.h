// SPDX-License-Identifier: GPL-3.0-or-later
// The verbs of the terminal program, one file each: cli_NAME.cpp.
#pragma once

#include <vector>

#include "app/cli_common.h"
#include "app/cli_verb.h"

namespace awq::app {

Verb infoVerb();
Verb planVerb();
Verb tokenizeVerb();
Verb logitsVerb();
Verb quantizeVerb();
Verb perplexityVerb();
Verb compareVerb();
Verb evaluateVerb();
Verb tableVerb();
Verb generateVerb();
Verb benchmarkVerb();
Verb benchKernelsVerb();
Verb benchSearchVerb();
Verb inspectVerb();
Verb overrideVerb();
Verb reportVerb();
Verb verifyVerb();
Verb demoVerb();

// In the order of the help text.
std::vector<Verb> allVerbs();

} // namespace awq::app
