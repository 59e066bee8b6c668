// SPDX-License-Identifier: GPL-3.0-or-later
// Observes a block and runs its modules one by one.
#include "core/tensor.h"

#include "tests/support/torch/block_probe.h"

#include <algorithm>

#include "core/model/decoder/decoder_block_torch.h"
#include "core/model/decoder/embedding_torch.h"

namespace awq::test {

using namespace core;

namespace {

class Inputs : public LinearObserver {
public:
    void onLinear(const std::string& name, const at::Tensor& input) override {
        order.push_back(name);
        inputs[name] = input;
    }
    std::vector<std::string> order;
    std::map<std::string, at::Tensor> inputs;
};

struct Fixture {
    ModelFolder folder;
    const BlockSpec& block = folder.spec().blocks.front();
    ComputePlace place{at::kCPU, at::kDouble};
    SequenceContext context{folder.spec(), 5, place};
    BlockWeights weights = loadBlock(folder, 0, place);
    at::Tensor hidden = embed(folder.spec(), loadEmbedding(folder, place), at::arange(10, at::kLong).view({2, 5}));
    Inputs observer;
    at::Tensor output = forwardBlock(block, weights, hidden, context, &observer);

    explicit Fixture(const std::filesystem::path& model) : folder(ModelFolder::open(model)) {}

    at::Tensor run(const Inspected& inspected, const at::Tensor& input) const {
        return runModule(block, inspected, weights, input, context);
    }
};

double difference(const at::Tensor& a, const at::Tensor& b) {
    return (a - b).abs().max().item<double>();
}

} // namespace

std::vector<SeenLinear> seenLinears(const std::filesystem::path& model) {
    const Fixture fixture(model);
    std::vector<SeenLinear> seen;
    std::vector<const void*> known;
    for (const std::string& name : fixture.observer.order) {
        const at::Tensor& input = fixture.observer.inputs.at(name);
        const auto found = std::find(known.begin(), known.end(), input.const_data_ptr());
        if (found == known.end())
            known.push_back(input.const_data_ptr());
        const std::int64_t columns = input.size(-1);
        seen.push_back({name, input.numel() / columns, columns,
                        int(std::find(known.begin(), known.end(), input.const_data_ptr()) - known.begin())});
    }
    return seen;
}

std::map<std::string, double> moduleDifferences(const std::filesystem::path& model) {
    const Fixture fixture(model);
    std::map<std::string, double> differences;
    differences["block"] = difference(fixture.run({InspectedKind::block, "block"}, fixture.hidden), fixture.output);
    at::Tensor sum = fixture.hidden;
    for (const ScaleSet& set : fixture.block.scaleSets) {
        const at::Tensor input = fixture.observer.inputs.at(set.inputOf);
        const at::Tensor output = fixture.run(set.inspected, input);
        if (set.inspected.kind == InspectedKind::linear)
            differences[set.inspected.name] =
                difference(output, at::linear(input, fixture.weights.at(set.inspected.name + ".weight"),
                                              fixture.weights.find(set.inspected.name + ".bias")));
        else
            sum = sum + output.view_as(sum);
    }
    differences["sum"] = difference(sum, fixture.output);
    return differences;
}

} // namespace awq::test
