// SPDX-License-Identifier: GPL-3.0-or-later
// Runs a generator over given tokens.
#include "core/tensor.h"

#include "tests/support/torch/generator_probe.h"

#include "core/run/generator_torch.h"
#include "core/run/tensor_values_torch.h"

namespace awq::test {
namespace {

struct Silent : core::EventSink {
    void receive(const core::Event&) override {}
};

core::ComputePlace placeOn(const std::string& device) {
    return device == "cpu" ? core::ComputePlace() : core::ComputePlace{at::Device(device), at::kHalf};
}

} // namespace

std::vector<float> cachedLogits(const std::filesystem::path& model, const TokenIds& ids, std::int64_t prompt) {
    const c10::InferenceMode inference;
    Silent sink;
    core::RunReporter reporter(sink, {});
    core::Generator generator(core::ModelFolder::open(model), {}, ids.length, reporter);
    const at::Tensor all = at::tensor(ids.ids).view({ids.sequences, ids.length});
    std::vector<float> logits = core::floatsOf(generator.advance(all.narrow(1, 0, prompt)));
    for (std::int64_t position = prompt; position < ids.length; ++position) {
        const std::vector<float> step = core::floatsOf(generator.advance(all.narrow(1, position, 1)));
        logits.insert(logits.end(), step.begin(), step.end());
    }
    return logits;
}

PackedComparison comparePacked(const std::filesystem::path& model, const std::vector<std::int64_t>& prompt,
                               std::int64_t steps, double tolerance, const std::string& device) {
    const c10::InferenceMode inference;
    Silent sink;
    core::RunReporter reporter(sink, {});
    const auto folder = core::ModelFolder::open(model);
    const std::int64_t capacity = std::int64_t(prompt.size()) + steps;
    core::Generator floats(folder, {}, capacity, reporter, core::LinearForm::asFloats),
        packed(folder, placeOn(device), capacity, reporter, core::LinearForm::asStored);
    PackedComparison result{steps};
    result.packedBytes = packed.weightBytes();
    result.floatBytes = floats.weightBytes();
    at::Tensor ids = at::tensor(prompt).unsqueeze(0);
    for (std::int64_t step = 0; step < steps; ++step) {
        const at::Tensor expected = floats.advance(ids), found = packed.advance(ids).cpu();
        ids = expected.argmax(1, true);
        const at::Tensor chosen = found.argmax(1, true);
        if (!chosen.equal(ids)) {
            const double gap = (expected.gather(1, ids) - expected.gather(1, chosen)).item<double>();
            ++(gap <= tolerance ? result.ties : result.others);
        }
        result.largestDifference = std::max(result.largestDifference, (expected - found).abs().max().item<double>());
    }
    return result;
}

bool recordsTokens(const std::filesystem::path& model, const std::string& device) {
    const c10::InferenceMode inference;
    Silent sink;
    core::RunReporter reporter(sink, {});
    return core::Generator(core::ModelFolder::open(model), placeOn(device), 8, reporter).recordsTokens();
}

} // namespace awq::test
