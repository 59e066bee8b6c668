// SPDX-License-Identifier: GPL-3.0-or-later
// Prompt to ids, prefill, then one token after another.
#include "core/tensor.h"

#include "core/run/generate_run.h"

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>
#include <set>

#include "core/run/compute_place_torch.h"
#include "core/run/generator_torch.h"
#include "core/run/tensor_values_torch.h"
#include "core/text/tokenizer.h"

namespace awq::core {
namespace {

using Clock = std::chrono::steady_clock;

double secondsSince(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

// Token ids that end a text: of generation_config.json when the folder has one, else of config.json, and the
// tokenizer's own.
std::set<std::int64_t> endTokens(const ModelFolder& model, const Tokenizer& tokenizer) {
    std::set<std::int64_t> ids;
    if (tokenizer.info().eosId)
        ids.insert(*tokenizer.info().eosId);
    const std::filesystem::path generation = model.path() / "generation_config.json";
    const Config config = std::filesystem::exists(generation) ? Config::read(generation) : model.config();
    for (std::int64_t id : config.has({"eos_token_id"}) && config.json().at("eos_token_id").is_array()
                               ? config.integers({"eos_token_id"})
                               : std::vector<std::int64_t>{config.integer({"eos_token_id"}, -1)})
        ids.insert(id);
    return ids;
}

GenerateResult generate(const GenerateRequest& request, const TextCallback& onText, RunReporter& reporter) {
    const ModelFolder model = ModelFolder::open(request.model);
    const ComputePlace place =
        choosePlace(request.compute.device, request.compute.dtype, request.compute.threads, model.dtype());
    reporter.emit(Started{"generate", model.path().string(), "", model.blockCount(), 0});
    const auto tokenizer = loadTokenizer(model.path());
    const std::vector<std::int32_t> prompt = tokenizer->encode(request.prompt, request.specialTokens);
    if (prompt.empty())
        badInput("the prompt has no tokens", "--prompt", "give some text");
    checkIds(prompt, model.spec().embedding.vocabulary, "prompt");
    const std::int64_t room = model.spec().maximumPositions - std::int64_t(prompt.size());
    if (room <= 0)
        badInput("the prompt has " + std::to_string(prompt.size()) + " tokens, the model " +
                     std::to_string(model.spec().maximumPositions) + " positions",
                 "--prompt", "shorten it");
    const std::int64_t wanted = std::min(request.maxNewTokens, room);
    Generator generator(model, place, std::int64_t(prompt.size()) + wanted, reporter);
    reporter.phase(Phase::evaluating);
    const std::set<std::int64_t> ends = endTokens(model, *tokenizer);
    Sampler sampler(request.sampling);
    StreamDecoder stream(*tokenizer);
    GenerateResult result;
    result.promptTokens = std::int64_t(prompt.size());
    result.stopReason = "length";
    const auto say = [&](const std::string& piece) {
        result.text += piece;
        if (!piece.empty() && onText)
            onText(piece);
    };
    const auto start = Clock::now();
    std::vector<float> logits = floatsOf(generator.advance(at::tensor(prompt).to(at::kLong).unsqueeze(0)));
    result.prefillSeconds = secondsSince(start);
    const auto decodeStart = Clock::now();
    while (std::int64_t(result.ids.size()) < wanted) {
        reporter.checkCancelled();
        const std::int32_t id = sampler.choose(logits);
        if (ends.count(id)) {
            result.stopReason = "end";
            break;
        }
        result.ids.push_back(id);
        say(stream.push(id));
        reporter.progress(double(result.ids.size()) / double(wanted));
        if (std::int64_t(result.ids.size()) < wanted)
            logits = floatsOf(generator.advance(at::full({1, 1}, id, at::kLong)));
    }
    say(stream.finish());
    if (result.ids.size() > 1)
        result.decodeTokensPerSecond = double(result.ids.size() - 1) / secondsSince(decodeStart);
    reporter.emit(Finished{"", 0, 0, reporter.seconds()});
    return result;
}

} // namespace

Outcome<GenerateResult> runGenerate(const GenerateRequest& request, const TextCallback& onText, EventSink& sink,
                                    std::stop_token stop) {
    const c10::InferenceMode inference;
    RunReporter reporter(sink, std::move(stop));
    try {
        return {generate(request, onText, reporter), std::nullopt};
    } catch (...) {
        const Error error = errorFromCurrentException(request.compute.device);
        reporter.fail(error);
        return {std::nullopt, error};
    }
}

} // namespace awq::core
