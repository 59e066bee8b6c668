// SPDX-License-Identifier: GPL-3.0-or-later
// The runners of the modules that scale sets inspect.
#include "core/tensor.h"

#include "core/run/module_runner_torch.h"

#include "core/model/decoder/attention_torch.h"
#include "core/model/decoder/decoder_block_torch.h"
#include "core/model/decoder/layers_torch.h"
#include "core/quant/search/kernel_rounding_torch.h"
#include "kernels/activation.h"

namespace awq::core {
namespace {

// Sums of squares of (a - b), or of a without b, over all but the first dimension. `a` is written into on the CPU.
at::Tensor squaresBySequence(at::Tensor a, const at::Tensor& b, std::int64_t sequences) {
    if (kernelsTake(a)) {
        const std::int64_t width = a.size(-1);
        const at::Tensor rows = a.reshape({-1, width});
        return squaredDistances(rows, b.defined() ? b.reshape({-1, width}) : b)
            .view({sequences, -1})
            .sum({1}, false, at::kDouble);
    }
    if (b.defined())
        a.sub_(b.view_as(a)); // experts see tokens without their sequences
    const at::Tensor rows = a.reshape({sequences, -1});
    at::Tensor sums = at::empty({sequences}, at::kDouble);
    for (std::int64_t i = 0; i < sequences; ++i) {
        const at::Tensor row = rows[i].to(at::kFloat);
        sums[i] = at::dot(row, row).to(at::kDouble);
    }
    return sums;
}

class AnyModule : public ModuleRunner {
public:
    AnyModule(const BlockView& view, const ScaleSet& set, std::vector<std::int64_t> rows)
        : m_view(view), m_set(set), m_rows(std::move(rows)) {}

    at::Tensor losses(const at::Tensor& weights, const ModuleSample& sample) const override {
        BlockWeights candidate = m_view.weights;
        const std::vector<at::Tensor> parts = weights.split_with_sizes(m_rows);
        for (std::size_t i = 0; i < parts.size(); ++i)
            candidate.tensors[m_set.consumers[i] + ".weight"] = parts[i];
        return squaresBySequence(runModule(m_view.spec, m_set.inspected, candidate, sample.input, m_view.context),
                                 sample.output, sample.sequences);
    }

private:
    const BlockView& m_view;
    const ScaleSet& m_set;
    std::vector<std::int64_t> m_rows;
};

// The biases of linears, one after the other; undefined when none has one.
at::Tensor stackedBias(const BlockWeights& weights, const std::vector<LinearSpec>& linears) {
    std::vector<at::Tensor> parts;
    bool any = false;
    for (const LinearSpec& linear : linears) {
        any = any || linear.bias;
        parts.push_back(linear.bias ? weights.at(linear.name + ".bias")
                                    : at::zeros({linear.out}, weights.at(linear.name + ".weight").options()));
    }
    return any ? at::cat(parts) : at::Tensor();
}

class AttentionModule : public ModuleRunner {
public:
    AttentionModule(const BlockView& view, const std::vector<LinearSpec>& projections)
        : m_view(view), m_spec(view.spec.attention), m_bias(stackedBias(view.weights, projections)) {}

    at::Tensor losses(const at::Tensor& weights, const ModuleSample& sample) const override {
        const at::Tensor rows = at::linear(sample.input, weights, m_bias);
        const at::Tensor mixed = mixedHeads(m_spec, m_view.weights, rows, m_view.context);
        return squaresBySequence(applyLinear(m_spec.out, m_view.weights, mixed), sample.output, sample.sequences);
    }

private:
    const BlockView& m_view;
    const AttentionSpec& m_spec;
    at::Tensor m_bias;
};

class GatedMlpModule : public ModuleRunner {
public:
    explicit GatedMlpModule(const BlockView& view)
        : m_spec(view.spec.mlp), m_bias(stackedBias(view.weights, {m_spec.gate, m_spec.up})),
          m_down(view.weightOf(m_spec.down.name)) {}

    at::Tensor losses(const at::Tensor& weights, const ModuleSample& sample) const override {
        const at::Tensor both = at::linear(sample.input, weights, m_bias);
        const at::Tensor change = isKernelActivation() && kernelsTake(both) ? changeByKernel(both, sample.inner)
                                                                            : changeOf(both, sample.inner);
        return squaresBySequence(at::linear(change, m_down), {}, sample.sequences);
    }
    bool needsOutput() const override { return false; }

private:
    bool isKernelActivation() const { return m_spec.activation == Activation::silu; }

    at::Tensor changeOf(const at::Tensor& both, const at::Tensor& inner) const {
        const auto parts = both.chunk(2, -1);
        at::Tensor gate = m_spec.activation == Activation::silu ? parts[0].contiguous() : parts[0];
        gate = m_spec.activation == Activation::silu ? at::silu_(gate) : applyActivation(m_spec.activation, gate);
        return gate.mul_(parts[1]).sub_(inner);
    }

    at::Tensor changeByKernel(const at::Tensor& both, const at::Tensor& inner) const {
        at::Tensor change = at::empty(inner.sizes(), inner.options());
        kernels::ActivationArgs args;
        args.kind = kernels::ActivationArgs::Kind::silu;
        args.type = kernelType(both.scalar_type());
        args.rows = change.numel() / change.size(-1);
        args.columns = change.size(-1);
        const auto* first = static_cast<const char*>(both.const_data_ptr());
        args.gate = first;
        args.up = first + args.columns * both.element_size();
        args.gateStride = args.upStride = 2 * args.columns;
        args.reference = inner.const_data_ptr();
        args.referenceStride = args.outputStride = args.columns;
        args.output = change.mutable_data_ptr();
        requireLaunched(kernels::cuda::activation(args, nullptr), "activation");
        return change;
    }

    const MlpSpec& m_spec;
    at::Tensor m_bias, m_down;
};

bool areNames(const std::vector<std::string>& names, const std::vector<LinearSpec>& linears) {
    return std::ranges::equal(names, linears, {}, {}, &LinearSpec::name);
}

} // namespace

bool isGatedMlp(const BlockSpec& block, const ScaleSet& set) {
    const MlpSpec& mlp = block.mlp;
    return set.inspected.kind == InspectedKind::mlp && !block.moe && mlp.gate &&
           areNames(set.consumers, {mlp.gate, mlp.up});
}

std::unique_ptr<ModuleRunner> makeModuleRunner(const BlockView& view, const ScaleSet& set,
                                               const std::vector<std::int64_t>& rows) {
    const AttentionSpec& attention = view.spec.attention;
    const std::vector<LinearSpec> projections =
        attention.qkv ? std::vector<LinearSpec>{attention.qkv}
                      : std::vector<LinearSpec>{attention.query, attention.key, attention.value};
    if (set.inspected.kind == InspectedKind::attention && areNames(set.consumers, projections))
        return std::make_unique<AttentionModule>(view, projections);
    const MlpSpec& mlp = view.spec.mlp;
    if (isGatedMlp(view.spec, set) && !view.weights.find(mlp.activationName + ".scales").defined())
        return std::make_unique<GatedMlpModule>(view);
    return std::make_unique<AnyModule>(view, set, rows);
}

} // namespace awq::core
