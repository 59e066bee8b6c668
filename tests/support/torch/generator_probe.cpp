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

} // namespace awq::test
