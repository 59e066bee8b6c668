// SPDX-License-Identifier: GPL-3.0-or-later
// Token ids through a model, streamed block by block; the logits of every position into a file.
#include "core/tensor.h"

#include "core/export/safetensors_writer.h"
#include "core/model/decoder/embedding_torch.h"
#include "core/run/compute_place_torch.h"
#include "core/run/evaluate_run.h"
#include "core/run/model_walk_torch.h"
#include "core/run/run_reporter.h"
#include "core/text/id_file.h"
#include "core/text/tokenizer.h"

namespace awq::core {
namespace {

constexpr double blocksShare = 0.9; // of the whole job, for progress; the head is the rest

at::Tensor readTokens(const LogitsRequest& request, std::int64_t vocabulary) {
    const IdFile file = readIdFile(request.ids, "input_ids");
    checkIds(file.ids, vocabulary, request.ids.string());
    return at::tensor(file.ids).to(at::kLong).view({file.windows, file.length});
}

// final: per batch [b, T, width]. Float32 [B * T, V].
at::Tensor allLogits(const ModelFolder& model, const std::vector<at::Tensor>& final, const ComputePlace& place,
                     RunReporter& reporter) {
    const DecoderSpec& spec = model.spec();
    const BlockWeights head = loadHead(model, place);
    const std::int64_t vocabulary = spec.embedding.vocabulary;
    std::vector<at::Tensor> parts;
    for (const at::Tensor& batch : final)
        for (const at::Tensor& slice : batch.flatten(0, 1).split(tokensPerSlice(vocabulary))) {
            reporter.checkCancelled();
            parts.push_back(logitsOf(spec, head, slice).to(at::kCPU, at::kFloat));
        }
    return at::cat(parts);
}

std::vector<std::int64_t> computeLogits(const LogitsRequest& request, RunReporter& reporter) {
    const ModelFolder model = ModelFolder::open(request.model);
    const ComputePlace place =
        choosePlace(request.compute.device, request.compute.dtype, request.compute.threads, model.dtype());
    reporter.watchMemory({deviceName(place)});
    reporter.emit(Started{"logits", model.path().string(), "", model.blockCount(), 0});
    const at::Tensor ids = readTokens(request, model.spec().embedding.vocabulary);
    reporter.phase(Phase::evaluating);
    const std::vector<at::Tensor> final = finalStates(
        {model, {}}, ids, place, reporter, [&](double fraction) { reporter.progress(blocksShare * fraction); });
    const at::Tensor logits = allLogits(model, final, place, reporter);
    const std::vector<std::int64_t> shape{ids.size(0), ids.size(1), logits.size(1)};
    reporter.phase(Phase::writing);
    writeSafetensors(std::filesystem::absolute(request.output),
                     {{{"logits", DType::F32, shape},
                       {static_cast<const std::byte*>(logits.const_data_ptr()), std::size_t(logits.nbytes())}}});
    reporter.emit(Finished{request.output.string(), 0, std::int64_t(logits.nbytes()), reporter.seconds()});
    return shape;
}

} // namespace

Outcome<std::vector<std::int64_t>> runLogits(const LogitsRequest& request, EventSink& sink, std::stop_token stop) {
    const c10::InferenceMode inference;
    RunReporter reporter(sink, std::move(stop));
    try {
        return {computeLogits(request, reporter), std::nullopt};
    } catch (...) {
        const Error error = errorFromCurrentException(request.compute.device);
        reporter.fail(error);
        return {std::nullopt, error};
    }
}

} // namespace awq::core
