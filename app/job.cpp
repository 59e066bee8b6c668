// SPDX-License-Identifier: GPL-3.0-or-later
// The jobs the window can start.
#include "app/job.h"

#include "app/job_relay.h"

namespace awq::app {

template <typename Result>
static JobOutcome toJobOutcome(core::Outcome<Result>&& outcome) {
    if (outcome.ok())
        return {std::move(*outcome.result), std::nullopt};
    return {std::monostate(), std::move(outcome.error)};
}

// run(request, part, sink) -> Outcome<Result> for every request; the first that fails ends the job.
template <typename Result, typename Request, typename Run>
static JobOutcome runInTurn(const std::vector<Request>& requests, core::EventSink& sink, const Run& run) {
    JobRelay relay(sink, requests.size());
    std::vector<Result> results;
    for (std::size_t part = 0; part < requests.size(); ++part) {
        relay.startPart(part);
        core::Outcome<Result> outcome = run(requests[part], part, relay);
        if (!outcome.ok())
            return {std::monostate(), std::move(outcome.error)};
        results.push_back(std::move(*outcome.result));
    }
    return {std::move(results), std::nullopt};
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

Job overrideJob(core::OverrideRequest request) {
    return [request = std::move(request)](core::EventSink& sink, std::stop_token stop) {
        return toJobOutcome(core::tryOverride(request, sink, stop));
    };
}

Job taskJob(core::TaskRequest request) {
    return [request = std::move(request)](core::EventSink& sink, std::stop_token stop) {
        return toJobOutcome(core::runTasks(request, sink, stop));
    };
}

Job benchmarkJob(std::vector<core::BenchmarkRequest> requests) {
    return [requests = std::move(requests)](core::EventSink& sink, std::stop_token stop) {
        return runInTurn<core::BenchmarkResult>(
            requests, sink, [&](const core::BenchmarkRequest& request, std::size_t, core::EventSink& part) {
                return core::runBenchmark(request, part, stop);
            });
    };
}

Job generateJob(std::vector<core::GenerateRequest> requests, PartText onText) {
    return [requests = std::move(requests), onText = std::move(onText)](core::EventSink& sink, std::stop_token stop) {
        return runInTurn<core::GenerateResult>(
            requests, sink, [&](const core::GenerateRequest& request, std::size_t part, core::EventSink& events) {
                return core::runGenerate(
                    request, [&](std::string_view piece) { onText(part, piece); }, events, stop);
            });
    };
}

} // namespace awq::app
