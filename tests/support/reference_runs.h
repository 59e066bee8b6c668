// SPDX-License-Identifier: GPL-3.0-or-later
// Jobs as the reference results were made: on the CPU in float32, groups of 64; on one thread, so that sums have one
// order.
#pragma once

#include <QTest>

#include "core/run/evaluate_run.h"
#include "core/run/quantize_run.h"

namespace awq::test {

struct SilentSink : core::EventSink {
    void receive(const core::Event&) override {}
};

inline core::QuantizeRequest referenceRequest(const std::filesystem::path& model, const std::filesystem::path& output,
                                              const std::filesystem::path& calibration, const std::string& format) {
    core::QuantizeRequest request;
    request.model = model;
    request.output = output;
    request.force = true;
    request.recipe.groupSize = 64;
    request.recipe.format = format;
    request.recipe.calibration.source = calibration.string();
    request.recipe.device = "cpu";
    request.recipe.dtype = "float32";
    request.recipe.threads = 1;
    return request;
}

// The result, or a test that fails and stops where it is used next.
template <typename Result>
Result resultOf(const core::Outcome<Result>& outcome) {
    if (outcome.ok())
        return *outcome.result;
    QTest::qFail(outcome.error->what(), outcome.error->where().c_str(), 0);
    return {};
}

inline core::QuantizeResult quantized(const core::QuantizeRequest& request) {
    SilentSink sink;
    return resultOf(core::runQuantize(request, sink, {}));
}

// Of token ids ("input_ids"), used as they are. rtn.bits 0: the folder as it is.
inline double perplexityOf(const std::filesystem::path& folder, const std::filesystem::path& ids,
                           const core::RoundToNearest& rtn = {}) {
    core::EvaluateRequest request;
    request.models = {folder};
    request.rtn = {rtn};
    request.text.ids = ids;
    request.compute = {"cpu", "float32", 1};
    SilentSink sink;
    const auto results = resultOf(core::runPerplexity(request, sink, {}));
    return results.empty() ? 0 : results.front().perplexity;
}

} // namespace awq::test
