// SPDX-License-Identifier: GPL-3.0-or-later
// The list of verbs.
#include "app/cli_verbs.h"

namespace awq::app {

std::vector<Verb> allVerbs() {
    return {infoVerb(),        planVerb(),     tokenizeVerb(), logitsVerb(),   quantizeVerb(),  perplexityVerb(),
            compareVerb(),     evaluateVerb(), tableVerb(),    generateVerb(), benchmarkVerb(), benchKernelsVerb(),
            benchSearchVerb(), inspectVerb(),  overrideVerb(), reportVerb(),   verifyVerb(),    demoVerb()};
}

} // namespace awq::app
