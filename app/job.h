// SPDX-License-Identifier: GPL-3.0-or-later
// A job is one blocking core run, wrapped so that the runner need not know which one.
#pragma once

#include <QMetaType>
#include <functional>
#include <optional>
#include <stop_token>
#include <string_view>
#include <variant>
#include <vector>

#include "core/event.h"
#include "core/run/benchmark_run.h"
#include "core/run/evaluate_run.h"
#include "core/run/generate_run.h"
#include "core/run/override_run.h"
#include "core/run/quantize_run.h"
#include "core/run/task_run.h"

namespace awq::app {

using JobResult = std::variant<std::monostate, core::QuantizeResult, std::vector<core::PerplexityResult>,
                               core::CompareResult, std::vector<core::BenchmarkResult>,
                               std::vector<core::GenerateResult>, core::OverrideResult, std::vector<core::TaskResult>>;

struct JobOutcome {
    JobResult result;                 // monostate when it failed or was cancelled
    std::optional<core::Error> error; // ErrorCode::cancelled when it was cancelled

    bool ok() const { return !error; }
    bool wasCancelled() const { return error && error->code() == core::ErrorCode::cancelled; }
};

// Runs on the worker thread. What it throws becomes an outcome.
using Job = std::function<JobOutcome(core::EventSink&, std::stop_token)>;

Job quantizeJob(core::QuantizeRequest request);
Job perplexityJob(core::EvaluateRequest request);
Job compareJob(core::CompareRequest request);
Job overrideJob(core::OverrideRequest request);
Job taskJob(core::TaskRequest request);
Job benchmarkJob(std::vector<core::BenchmarkRequest> requests); // one after the other

// Text as it comes, on the job's thread; part counts the requests.
using PartText = std::function<void(std::size_t part, std::string_view piece)>;
Job generateJob(std::vector<core::GenerateRequest> requests, PartText onText); // one after the other

} // namespace awq::app

Q_DECLARE_METATYPE(awq::app::JobOutcome)
