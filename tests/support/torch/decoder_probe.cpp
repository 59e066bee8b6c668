// SPDX-License-Identifier: GPL-3.0-or-later
// Runs models for tests on the CPU.
#include "core/tensor.h"

#include "tests/support/torch/decoder_probe_torch.h"

#include <cmath>

#include "core/model/decoder/decoder_block_torch.h"
#include "core/model/decoder/embedding_torch.h"
#include "core/model/rope.h"

namespace awq::test {

using namespace core;

namespace {

at::Tensor tensorOf(const TokenIds& ids) {
    return at::from_blob(const_cast<std::int64_t*>(ids.ids.data()), {ids.sequences, ids.length}, at::kLong).clone();
}

// The frequencies rounded to a type, written as stretch factors of the plain ones.
DecoderSpec withFrequenciesIn(DType type, DecoderSpec spec, std::int64_t length) {
    for (BlockSpec& block : spec.blocks) {
        if (!block.attention.rope)
            continue;
        RopeSpec& rope = *block.attention.rope;
        std::vector<float> exact = inverseFrequencies(rope, length);
        const at::Tensor view = at::from_blob(exact.data(), {std::int64_t(exact.size())}, at::kFloat);
        const at::Tensor rounded = view.to(torchType(type)).to(at::kDouble);
        rope.kind = RopeKind::standard;
        const std::vector<float> plain = inverseFrequencies(rope, length);
        rope.kind = RopeKind::longrope;
        rope.trainedContext = length;
        rope.shortFactors.clear();
        for (std::size_t i = 0; i < plain.size(); ++i)
            rope.shortFactors.push_back(plain[i] / rounded[std::int64_t(i)].item<double>());
    }
    return spec;
}

// [B, T, V].
at::Tensor forward(const ModelFolder& folder, const DecoderSpec& spec, const at::Tensor& ids, at::ScalarType dtype,
                   const ChangeBlock& change = {}) {
    const c10::InferenceMode inference;
    const ComputePlace place{at::kCPU, dtype};
    const SequenceContext context(spec, ids.size(1), place);
    at::Tensor hidden = embed(spec, loadEmbedding(folder, place), ids);
    for (int block = 0; block < folder.blockCount(); ++block) {
        BlockWeights weights = loadBlock(folder, block, place);
        if (change)
            change(block, weights);
        hidden = forwardBlock(spec.blocks[std::size_t(block)], weights, hidden, context);
    }
    const BlockWeights head = loadHead(folder, place);
    return logitsOf(spec, head, finalHidden(spec, head, hidden));
}

} // namespace

TokenIds readIds(const std::filesystem::path& file, const std::string& name) {
    const TensorBytes bytes = TensorSource::open(file).read(name);
    TokenIds ids{bytes.shape.at(0), bytes.shape.at(1), {}};
    if (bytes.dtype == DType::I64)
        ids.ids.assign(bytes.as<std::int64_t>().begin(), bytes.as<std::int64_t>().end());
    else
        ids.ids.assign(bytes.as<std::int32_t>().begin(), bytes.as<std::int32_t>().end());
    return ids;
}

std::vector<float> computeLogits(const std::filesystem::path& model, const TokenIds& ids, DType dtype,
                                 DType frequencyType) {
    const ModelFolder folder = ModelFolder::open(model);
    const DecoderSpec spec = withFrequenciesIn(frequencyType, folder.spec(), ids.length);
    const at::Tensor logits = forward(folder, spec, tensorOf(ids), torchType(dtype)).to(at::kFloat).contiguous();
    return {logits.data_ptr<float>(), logits.data_ptr<float>() + logits.numel()};
}

double computePerplexity(const std::filesystem::path& model, const TokenIds& ids) {
    return computePerplexity(model, ids, ChangeBlock());
}

double computePerplexity(const std::filesystem::path& model, const TokenIds& ids, const ChangeBlock& change) {
    const ModelFolder folder = ModelFolder::open(model);
    const at::Tensor tokens = tensorOf(ids);
    double sum = 0;
    for (const at::Tensor& part : tokens.split(16)) {
        const at::Tensor logits = forward(folder, folder.spec(), part, at::kFloat, change);
        const at::Tensor predictions = at::log_softmax(logits.narrow(1, 0, ids.length - 1), -1);
        const at::Tensor targets = part.narrow(1, 1, ids.length - 1).unsqueeze(-1);
        sum -= predictions.gather(2, targets).to(at::kDouble).sum().item<double>();
    }
    return std::exp(sum / double(ids.sequences * (ids.length - 1)));
}

} // namespace awq::test
