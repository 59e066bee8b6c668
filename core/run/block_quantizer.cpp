// SPDX-License-Identifier: GPL-3.0-or-later
// The steps of one block. As in llm-awq every scale set is searched on the float, unscaled block; scales are folded
// afterwards; clips are searched on the scaled weights with the inputs divided accordingly. The stages of a block, the
// linears that share an input, are rounded in the order of the forward pass; a recipe that compensates or corrects
// errors measures each stage's inputs once more, with the stages before it rounded.
#include "core/run/block_quantizer_torch.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "core/export/checkpoint_writer.h"
#include "core/quant/search/fold_scales_torch.h"
#include "core/run/block_capture_torch.h"
#include "core/run/linear_rounding_torch.h"
#include "core/run/scale_choice_torch.h"
#include "core/run/stage_moments_torch.h"
#include "core/run/stage_rounding_torch.h"

namespace awq::core {
namespace {

constexpr std::int64_t clipTokens = 512;                // of the calibration, as llm-awq
constexpr double captureShare = 0.1, scaleShare = 0.75; // of a block's work, for progress

class BlockQuantizer {
public:
    BlockQuantizer(const BlockTask& task, const BlockWeights& weights, const SequenceContext& context,
                   const Batching& batching, HiddenBatches& hidden, RunReporter& reporter)
        : m_task(task), m_hidden(hidden),
          m_reporter(reporter), m_view{task.model.spec().blocks[std::size_t(task.block)],
                                       weights,
                                       context,
                                       batching,
                                       task.plan,
                                       task.block,
                                       task.storage,
                                       reporter},
          m_captured(1), m_effective(weights) {}

    QuantizedBlock run() {
        const auto start = std::chrono::steady_clock::now();
        BlockResult& result = m_block.result;
        result.block = m_task.block;
        m_reporter.emit(BlockStarted{m_task.block});
        capture();
        chooseScales();
        m_reporter.phase(Phase::clipping, m_task.block);
        if (m_task.plan.recipe.roundsInStages())
            roundStages();
        else
            roundLinears();
        keepFloats();
        advance();
        result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
        m_reporter.emit(BlockDone{m_task.block, result.seconds, result.outputMse, result.relativeError});
        return std::move(m_block);
    }

private:
    std::string fullName(const std::string& name) const { return m_task.model.blockTensor(m_task.block, name); }

    void capture() {
        m_reporter.phase(Phase::capturing, m_task.block);
        const bool fast =
            m_task.plan.recipe.engine == "fast" && m_task.plan.recipe.scaleSearch != "solved" && !m_task.given;
        const bool keepFeatures = fast && m_task.plan.memory.keepFeatures;
        if (keepFeatures || m_task.passOn)
            m_outputs = HiddenBatches::like(m_hidden);
        m_captured = captureBlock(m_view, m_hidden, sampleStepFor(m_hidden.tokens(), clipTokens), keepFeatures,
                                  m_outputs.empty() ? nullptr : &m_outputs,
                                  [&](double share) { m_task.progress(captureShare * share); });
        requireFiniteInputs();
        m_reporter.sampleMemory();
        if (m_task.passOn)
            m_task.passOn(m_outputs);
    }

    void requireFiniteInputs() const {
        for (const LinearSpec& linear : linearsOf(m_view.spec))
            if (const InputStatistics* inputs = m_captured.inputs.find(linear.name); inputs && !inputs->finite())
                badInput("the inputs of this linear are not finite on the calibration text", fullName(linear.name),
                         "use another compute dtype (float32 or bfloat16), or check the model's weights");
    }

    void chooseScales() {
        m_reporter.phase(Phase::searching, m_task.block);
        std::vector<ScaleChoice> choices;
        const std::vector<ScaleSet>& sets = m_view.spec.scaleSets;
        for (const ScaleSet& set : sets) {
            choices.push_back(chosenScale(set));
            m_task.progress(captureShare + scaleShare * double(choices.size()) / double(sets.size()));
        }
        m_captured.features.clear();
        for (const auto& [name, tensor] : m_view.weights.tensors)
            m_folded.tensors[name] = tensor.to(at::kFloat);
        for (std::size_t i = 0; i < sets.size(); ++i) {
            if (choices[i].channelScale.defined())
                fold(sets[i], choices[i].channelScale);
            m_block.result.scaleSets.push_back(std::move(choices[i].result));
        }
    }

    ScaleChoice chosenScale(const ScaleSet& set) const {
        if (m_task.known)
            for (const ScaleSetResult& known : m_task.known->scaleSets)
                if (known.producer == set.producer)
                    return knownScale(m_view, known);
        const PlannedScaleSet* planned = findScaleSet(m_task.plan, m_task.block, set.producer);
        if (m_task.given && !(planned && planned->ratio))
            return givenScale(m_view, set, *m_task.given, m_task.model);
        return searchScale(m_view, set, m_captured, m_hidden);
    }

    void fold(const ScaleSet& set, const at::Tensor& scale) {
        foldScale(m_folded, set, scale);
        addScale(m_scales, set, scale);
        if (set.kind == ProducerKind::activation &&
            CheckpointWriter::activationScales(m_task.plan.recipe.format) == ActivationScales::absorbed)
            absorb(set, scale);
    }

    // The consumers' weights are written without the scale, and the activation stays as it was.
    void absorb(const ScaleSet& set, const at::Tensor& scale) {
        m_folded.tensors.erase(set.producer + ".scales");
        for (const std::string& consumer : set.consumers)
            m_block.columnScales[consumer] = scale;
    }

    void roundLinears() {
        for (const LinearSpec& linear : linearsOf(m_view.spec)) {
            m_reporter.checkCancelled();
            if (const std::optional<GroupFormat> format = m_view.formatOf(linear.name))
                keep(linear,
                     roundLinear(m_view, linear, *format, m_folded.at(linear.name + ".weight"), m_scales[linear.name],
                                 m_captured.inputs.find(linear.name), m_task.given, fullName(linear.name)));
            else
                exclude(linear);
            linearDone();
        }
    }

    void roundStages() {
        for (BlockStage& stage : stagesOf(m_view.spec)) {
            std::vector<LinearSpec> quantized;
            for (const LinearSpec& linear : stage.linears) {
                if (m_view.formatOf(linear.name)) {
                    quantized.push_back(linear);
                    continue;
                }
                exclude(linear);
                linearDone();
            }
            stage.linears = std::move(quantized);
            if (!stage.linears.empty())
                roundStage(stage);
        }
        sortLinears();
    }

    void roundStage(const BlockStage& stage) {
        const InputMoments moments = momentsOf(m_view, stage, {m_hidden, m_task.quantizedHidden},
                                               m_task.quantizedHidden ? m_effective : m_view.weights);
        const StageInputs inputs{moments, m_captured.inputs, m_scales, m_task.given};
        StageRounder rounder(m_view, inputs);
        for (const LinearSpec& linear : stage.linears) {
            m_reporter.checkCancelled();
            const GroupFormat format = *m_view.formatOf(linear.name);
            m_scales.try_emplace(linear.name);
            // An expert that no token of the calibration reached is rounded without inputs.
            keep(linear, moments.gram.defined()
                             ? rounder.round(linear, format, fullName(linear.name))
                             : roundLinear(m_view, linear, format, m_folded.at(linear.name + ".weight"),
                                           m_scales[linear.name], nullptr, m_task.given, fullName(linear.name)));
            linearDone();
        }
    }

    // In the order of the forward pass, as they are without stages.
    void sortLinears() {
        std::map<std::string, std::size_t> place;
        for (const LinearSpec& linear : linearsOf(m_view.spec))
            place.emplace(linear.name, place.size());
        std::ranges::sort(m_block.result.linears, {},
                          [&](const LinearResult& linear) { return place.at(linear.name); });
    }

    void linearDone() {
        const std::vector<LinearResult>& linears = m_block.result.linears;
        const LinearResult& result = linears.back();
        m_reporter.emit(LinearDone{m_task.block, result.name, result.fate, result.outputMse, result.weightMse});
        m_reporter.sampleMemory();
        m_task.progress(captureShare + scaleShare +
                        (1 - captureShare - scaleShare) * double(linears.size()) /
                            double(linearsOf(m_view.spec).size()));
    }

    void keep(const LinearSpec& linear, RoundedLinear rounded) {
        const std::string weight = linear.name + ".weight";
        m_folded.tensors.erase(weight);
        m_effective.tensors[weight] = rounded.effective.to(m_task.place.dtype);
        m_block.linears.emplace(linear.name, std::move(rounded.codes));
        m_block.result.linears.push_back(std::move(rounded.result));
    }

    void exclude(const LinearSpec& linear) {
        LinearResult result;
        result.block = m_task.block;
        result.name = linear.name;
        result.rows = linear.out;
        result.columns = linear.in;
        result.fate = "excluded";
        const PlannedLinear* planned = findLinear(m_task.plan, m_task.block, linear.name);
        result.reason = planned ? planned->reason : "not in the plan";
        m_block.result.linears.push_back(std::move(result));
    }

    void keepFloats() {
        m_reporter.phase(Phase::packing, m_task.block);
        for (const auto& [name, tensor] : m_folded.tensors)
            m_block.floats[name] = tensor.to(m_task.storage).to(at::kCPU);
        m_folded.tensors.clear();
    }

    // Measures the quantized block against the float one, whose output takes the place of the input unless it was
    // passed on. The quantized block acts like the float one with the effective weights. With two streams the quantized
    // block runs on its own.
    void advance() {
        struct Error {
            double squares = 0, relative = 0;
        };
        std::vector<Error> errors(m_hidden.size());
        m_view.batching.forEach(m_hidden.size(), [&](std::size_t i) {
            m_reporter.checkCancelled();
            const at::Tensor input = m_hidden[i];
            HiddenBatches* quantized = m_task.quantizedHidden;
            const at::Tensor rounded =
                forwardBlock(m_view.spec, m_effective, quantized ? (*quantized)[i] : input, m_view.context);
            if (quantized)
                quantized->replace(i, rounded);
            const at::Tensor output =
                m_outputs.empty() ? forwardBlock(m_view.spec, m_view.weights, input, m_view.context) : m_outputs[i];
            if (!m_task.passOn)
                m_hidden.replace(i, output);
            if (!m_outputs.empty())
                m_outputs.release(i);
            const at::Tensor exact = output.to(at::kFloat);
            const at::Tensor perToken = (rounded.to(at::kFloat) - exact).square_().sum(-1);
            errors[i].squares = perToken.sum(at::kDouble).item<double>();
            const at::Tensor magnitude = exact.square().sum(-1).clamp_min_(1e-30);
            errors[i].relative = (perToken / magnitude).sum(at::kDouble).item<double>();
        });
        const double tokens = double(m_hidden.tokens());
        for (const Error& error : errors) {
            m_block.result.outputMse += error.squares / (tokens * double(m_task.model.spec().hidden));
            m_block.result.relativeError += error.relative / tokens;
        }
    }

    const BlockTask& m_task;
    HiddenBatches& m_hidden;
    RunReporter& m_reporter;
    BlockView m_view;
    CapturedBlock m_captured;
    HiddenBatches m_outputs;  // of the float block, when they are known before the end
    BlockWeights m_folded;    // float32; linears leave it once rounded
    BlockWeights m_effective; // compute dtype: rounded linears with the channel scales taken out, the rest as it was
    ScalesByLinear m_scales;
    QuantizedBlock m_block;
};

} // namespace

std::int64_t bytesOfStatistics(const DecoderSpec& spec, const at::Device& device) {
    std::int64_t largest = 0;
    for (const BlockSpec& block : spec.blocks) {
        std::int64_t bytes = 0;
        for (const LinearSpec& linear : linearsOf(block)) {
            const std::int64_t gram = linear.in * linear.in * std::int64_t(sizeof(float));
            if (gram <= largestGram(device))
                bytes += gram;
        }
        largest = std::max(largest, bytes);
    }
    return largest;
}

BlockWeights effectiveBlock(const BlockSpec& spec, const BlockWeights& weights, const BlockResult& result,
                            const std::map<std::string, QuantizedGroups>& linears) {
    ScalesByLinear scales;
    for (std::size_t i = 0; i < spec.scaleSets.size(); ++i)
        if (const ScaleSetResult& set = result.scaleSets.at(i); set.fate == "scaled")
            addScale(scales, spec.scaleSets[i],
                     at::tensor(set.channelScale).to(weights.tensors.begin()->second.device()));
    BlockWeights effective = weights;
    for (const auto& [name, codes] : linears) {
        at::Tensor& weight = effective.tensors.at(name + ".weight");
        weight = scales[name].unfolded(dequantize(codes).to(weight.device())).to(weight.scalar_type());
    }
    return effective;
}

QuantizedBlock quantizeBlock(const BlockTask& task, const BlockWeights& weights, const SequenceContext& context,
                             const Batching& batching, HiddenBatches& hidden, RunReporter& reporter) {
    return BlockQuantizer(task, weights, context, batching, hidden, reporter).run();
}

} // namespace awq::core
