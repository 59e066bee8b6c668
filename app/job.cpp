// SPDX-License-Identifier: GPL-3.0-or-later
// The jobs the window can start.
#include "app/job.h"

namespace awq::app {

template <typename Result>
static JobOutcome toJobOutcome(core::Outcome<Result>&& outcome) {
    if (outcome.ok())
        return {std::move(*outcome.result), std::nullopt};
    return {std::monostate(), std::move(outcome.error)};
}

Job quantizeJob(core::QuantizeRequest request) {
    return [request = std::move(request)](core::EventSink& sink, std::stop_token stop) {
        return toJobOutcome(core::runQuantize(request, sink, stop));
    };
}

Job perplexityJob(core::EvaluateRequest request) {
    return [request = std::move(request)](core::EventSink& sink, std::stop_token stop) {
        return toJobOutcome(core::runPerplexity(request, sink, stop));
    };
}

Job compareJob(core::CompareRequest request) {
    return [request = std::move(request)](core::EventSink& sink, std::stop_token stop) {
        return toJobOutcome(core::runCompare(request, sink, stop));
    };
}

} // namespace awq::app
