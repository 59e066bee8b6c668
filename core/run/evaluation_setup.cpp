// SPDX-License-Identifier: GPL-3.0-or-later
// Hashes and sizes of evaluations.
#include "core/tensor.h"

#include "core/run/evaluation_setup_torch.h"

#include <algorithm>

#include "core/content_hash.h"
#include "core/run/compute_place_torch.h"
#include "core/run/fingerprint.h"
#include "core/run/tensor_values_torch.h"
#include "core/utc_time.h"
#include "core/version.h"

namespace awq::core {
namespace {

constexpr std::int64_t tokensBetweenSaves = 32768, usualWindow = 2048;

} // namespace

TextWindows fitted(const TextWindows& text, const ModelFolder& model, RunReporter& reporter) {
    const std::int64_t context = model.spec().maximumPositions; // 0: not known
    TextWindows result = text;
    if (result.window == 0)
        result.window = context > 1 ? std::min(usualWindow, context) : usualWindow;
    else if (text.ids.empty() && context > 0 && result.window > context)
        reporter.warn("windows of " + std::to_string(result.window) +
                          " tokens are longer than the model's context of " + std::to_string(context),
                      model.path().string(), "use --window " + std::to_string(context));
    return result;
}

EvaluationFacts factsOf(const TextWindows& text, const WindowedIds& windows, const ComputePlace& place) {
    EvaluationFacts facts;
    facts.text = text;
    facts.textFile = windows.file;
    facts.idsHash = windows.hash;
    facts.windowLength = windows.length;
    facts.device = deviceName(place);
    facts.dtype = nameOf(storedType(place.dtype));
    facts.version = version();
    facts.startedAt = nowUtc();
    return facts;
}

std::string identityOf(const std::vector<const EvaluatedModel*>& models, const WindowedIds& windows,
                       const EvaluationFacts& facts) {
    ContentHash hash;
    for (const EvaluatedModel* model : models)
        hash.add(modelHash(model->folder)).add(model->label());
    hash.add(windows.hash);
    for (const std::int64_t first : windows.scoredFrom)
        hash.add(std::uint64_t(first));
    return hash.add(facts.device.substr(0, facts.device.find(':'))).add(facts.dtype).add(facts.version).hex();
}

PredictionScores keptScores(const ScoreFile& file, const WindowedIds& windows, bool resume) {
    if (!resume)
        return {};
    const PredictionScores scores = file.load();
    std::size_t predictions = 0;
    for (std::int64_t window = 0; window < std::min(scores.windows, windows.windows); ++window)
        predictions += std::size_t(windows.length - windows.scoredFrom[std::size_t(window)]);
    if (scores.windows > windows.windows || scores.nll.size() != predictions)
        badInput("the kept values are not those of these windows", windows.file.string(),
                 "start anew without --resume");
    return scores;
}

std::int64_t windowsPerPass(std::int64_t together, const WindowedIds& windows, const ScoreFile& file) {
    if (!file.kept())
        return together;
    return std::clamp<std::int64_t>(tokensBetweenSaves / windows.length, 1, together);
}

Error resumable(const Error& error, const std::filesystem::path& scores) {
    if (error.code() != ErrorCode::cancelled || scores.empty())
        return error;
    return Error(error.code(), "cancelled; the finished windows are kept", scores.string(), "go on with --resume");
}

at::Tensor idTensor(const WindowedIds& windows) {
    return at::tensor(windows.ids).view({windows.windows, windows.length}).to(at::kLong);
}

} // namespace awq::core
