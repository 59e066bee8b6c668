// SPDX-License-Identifier: GPL-3.0-or-later
// The stages of one block, in llm-awq's order: scales are searched on the unscaled block and applied together, clips are searched on
// the scaled weights with the inputs divided accordingly.
#include "core/run/block_quantizer_torch.h"

#include <chrono>

#include "core/error.h"
#include "core/quant/search/clip_search_torch.h"
#include "core/quant/search/fold_scales_torch.h"
#include "core/run/linear_error_torch.h"
#include "core/run/scale_stage_torch.h"
#include "core/run/tensor_values_torch.h"

namespace awq::core {
namespace {

constexpr std::int64_t clipTokens = 512;         // of the calibration, as llm-awq
constexpr double captureShare = 0.1, searchShare = 0.8; // of a block's work, for progress

std::int64_t tokenCount(const HiddenBatches& hidden) {
    std::int64_t tokens = 0;
    for (const at::Tensor& batch : hidden)
        tokens += batch.size(0) * batch.size(1);
    return tokens;
}

class BlockQuantizer {
public:
    BlockQuantizer(const BlockTask& task, const BlockWeights& weights, const SequenceContext& context, HiddenBatches& hidden,
                   RunReporter& reporter)
        : m_task(task), m_weights(weights), m_hidden(hidden), m_reporter(reporter),
          m_view{task.model.spec().blocks[std::size_t(task.block)], weights, context, task.plan, task.block},
          m_inputs(task.given ? std::set<std::string>{} : gramLinears(m_view), tokenCount(hidden), clipTokens) {}

    QuantizedBlock run() {
        const auto start = std::chrono::steady_clock::now();
        m_block.result.block = m_task.block;
        m_reporter.emit(BlockStarted{m_task.block});
        capture();
        m_reporter.phase(Phase::searching, m_task.block);
        std::vector<ScaleChoice> choices = m_task.given ? givenScales() : search();
        advanceHidden();
        BlockWeights folded = m_weights;
        for (std::size_t i = 0; i < choices.size(); ++i)
            if (choices[i].channelScale.defined())
                fold(folded, m_view.spec.scaleSets[i], choices[i].channelScale);
        m_reporter.phase(Phase::clipping, m_task.block);
        roundLinears(folded);
        keepFloats(folded);
        measureBlock();
        for (ScaleChoice& choice : choices)
            m_block.result.scaleSets.push_back(std::move(choice.result));
        m_block.result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
        m_reporter.emit(BlockDone{m_task.block, m_block.result.seconds, m_block.result.outputMse, m_block.result.relativeError});
        return std::move(m_block);
    }

private:
    std::string place(const std::string& name) const { return m_task.model.blockTensor(m_task.block, name); }

    void capture() {
        m_reporter.phase(Phase::capturing, m_task.block);
        double done = 0;
        for (const at::Tensor& batch : m_hidden) {
            m_reporter.checkCancelled();
            forwardBlock(m_view.spec, m_weights, batch, m_view.context, &m_inputs);
            m_inputs.endBatch();
            m_task.progress(captureShare * ++done / double(m_hidden.size()));
        }
        for (const LinearSpec& linear : linearsOf(m_view.spec))
            if (const InputStatistics* statistics = m_inputs.find(linear.name))
                if (!at::isfinite(statistics->magnitudeSum).all().item<bool>())
                    badInput("the inputs of this linear are not finite on the calibration text", place(linear.name),
                             "use another compute dtype (--dtype float32 or bfloat16), or check the model's weights");
        m_reporter.sampleMemory();
    }

    std::vector<ScaleChoice> search() {
        return searchScales(m_view, m_inputs, m_hidden, m_reporter,
                            [&](double share) { m_task.progress(captureShare + searchShare * share); });
    }

    // llm-awq result files name modules in full.
    std::vector<ScaleChoice> givenScales() const {
        std::vector<ScaleChoice> choices(m_view.spec.scaleSets.size());
        for (std::size_t i = 0; i < choices.size(); ++i) {
            const ScaleSet& set = m_view.spec.scaleSets[i];
            ScaleSetResult& result = choices[i].result;
            result = {m_task.block, set.producer, set.consumers, set.inspected.name};
            result.fate = "skipped";
            result.reason = "the result file has no scale for it";
            for (const AwqScaleEntry& entry : m_task.given->scales) {
                if (entry.consumers.empty() || entry.consumers[0] != place(set.consumers[0]))
                    continue;
                if (std::int64_t(entry.values.size()) != m_weights.at(set.consumers[0] + ".weight").size(1))
                    badInput("the scale has " + std::to_string(entry.values.size()) + " channels, the linear's input another number",
                             entry.consumers[0], "use the result file of this very model");
                result.fate = "scaled";
                result.reason = "from the result file";
                result.channelScale = entry.values;
                choices[i].channelScale = at::tensor(entry.values).to(m_task.place.device);
            }
        }
        return choices;
    }

    // The float block's output takes the place of its input; the first batch is kept to measure the quantized block on.
    void advanceHidden() {
        for (std::size_t i = 0; i < m_hidden.size(); ++i) {
            m_reporter.checkCancelled();
            at::Tensor output = forwardBlock(m_view.spec, m_weights, m_hidden[i], m_view.context);
            if (i == 0) {
                m_firstInput = m_hidden[0];
                m_firstOutput = output;
            }
            m_hidden[i] = std::move(output);
        }
    }

    void fold(BlockWeights& folded, const ScaleSet& set, const at::Tensor& scale) {
        foldScale(folded, set, scale);
        for (const std::string& consumer : set.consumers)
            m_scales[consumer].columnScale = scale;
        if (set.kind == ProducerKind::linear)
            m_scales[set.producer].rowScale = {set.firstRow, scale};
    }

    void roundLinears(const BlockWeights& folded) {
        const std::vector<LinearSpec> linears = linearsOf(m_view.spec);
        double done = 0;
        for (const LinearSpec& linear : linears) {
            m_reporter.checkCancelled();
            LinearResult result;
            result.block = m_task.block;
            result.name = linear.name;
            result.rows = linear.out;
            result.columns = linear.in;
            if (const PlannedLinear* planned = m_view.planned(linear.name)) {
                roundLinear(folded, *planned, result);
            } else {
                const PlannedLinear* excluded = findLinear(m_task.plan, m_task.block, linear.name);
                result.fate = "excluded";
                result.reason = excluded ? excluded->reason : "not in the plan";
            }
            m_reporter.emit(LinearDone{m_task.block, linear.name, result.fate, result.outputMse, result.weightMse});
            m_block.result.linears.push_back(std::move(result));
            m_task.progress(captureShare + searchShare + (1 - captureShare - searchShare) * ++done / double(linears.size()));
        }
    }

    void roundLinear(const BlockWeights& folded, const PlannedLinear& planned, LinearResult& result) {
        const GroupFormat format = formatOf(planned, m_task.plan.recipe);
        result.bits = planned.bits;
        result.groupSize = planned.groupSize;
        result.groups = planned.columns / planned.groupSize;
        result.fate = "quantized";
        const FoldedScales& scales = m_scales[planned.name];
        const InputStatistics* statistics = m_inputs.find(planned.name);
        at::Tensor weight = folded.at(planned.name + ".weight");
        at::Tensor sample = statistics ? statistics->sample : at::Tensor{};
        if (const at::Tensor limit = clipLimit(planned, format, weight, sample, scales, result); limit.defined())
            weight = clampGroups(weight, limit);
        QuantizedWeight codes = quantizeGroups(weight.to(m_task.storage), format);
        const at::Tensor effective = scales.unfolded(dequantize(codes).to(m_task.place.dtype));
        measureLinear(m_weights.at(planned.name + ".weight"), effective, sample, result);
        m_effective[planned.name + ".weight"] = effective;
        m_block.linears.emplace(planned.name, std::move(codes));
    }

    // Undefined: the linear is not clipped.
    at::Tensor clipLimit(const PlannedLinear& planned, const GroupFormat& format, const at::Tensor& weight, const at::Tensor& sample,
                         const FoldedScales& scales, LinearResult& result) {
        if (m_task.given)
            return givenLimit(planned, weight, result);
        if (m_task.plan.recipe.clipSearch == "none" || !clippedByReference(planned.name) || !sample.defined())
            return {};
        const at::Tensor scaled = scales.columnScale.defined() ? sample / scales.columnScale.to(sample.scalar_type()) : sample;
        const ClipSearchResult clip = searchClip(weight, scaled, format, awqClipFractions(), m_reporter.stop());
        result.clipFraction = floatsOf(clip.fraction);
        result.clipValue = floatsOf(clip.limit);
        result.clipLosses = clip.losses;
        result.clipMean = clip.fraction.mean().item<double>();
        result.clippedShare = (clip.fraction < 1).to(at::kFloat).mean().item<double>();
        return clip.limit;
    }

    at::Tensor givenLimit(const PlannedLinear& planned, const at::Tensor& weight, LinearResult& result) const {
        for (const AwqClipEntry& entry : m_task.given->clips) {
            if (entry.linear != planned.fullName)
                continue;
            if (entry.rows != planned.rows || entry.groups != result.groups)
                badInput("the clip values are for " + std::to_string(entry.rows) + " rows of " + std::to_string(entry.groups) + " groups, the linear has " +
                             std::to_string(planned.rows) + " rows of " + std::to_string(result.groups),
                         planned.fullName, "use the group size the result file was made with");
            result.clipValue = entry.values;
            return at::tensor(entry.values).view({entry.rows, entry.groups}).to(weight.device(), weight.scalar_type());
        }
        return {};
    }

    void keepFloats(const BlockWeights& folded) {
        for (const auto& [name, tensor] : folded.tensors) {
            const bool rounded = name.ends_with(".weight") && m_block.linears.count(name.substr(0, name.size() - 7)) > 0;
            if (!rounded)
                m_block.floats[name] = tensor.to(m_task.storage).to(at::kCPU);
        }
    }

    // The quantized block acts like the float one with these effective weights.
    void measureBlock() {
        BlockWeights quantized = m_weights;
        for (const auto& [name, tensor] : m_effective)
            quantized.tensors[name] = tensor;
        const at::Tensor output = forwardBlock(m_view.spec, quantized, m_firstInput, m_view.context).to(at::kFloat);
        const at::Tensor reference = m_firstOutput.to(at::kFloat);
        const at::Tensor difference = (output - reference).square_();
        m_block.result.outputMse = difference.mean().item<double>();
        m_block.result.relativeError = (difference.sum(-1) / reference.square().sum(-1)).mean().item<double>();
    }

    const BlockTask& m_task;
    const BlockWeights& m_weights;
    HiddenBatches& m_hidden;
    RunReporter& m_reporter;
    BlockView m_view;
    InputRecorder m_inputs;
    QuantizedBlock m_block;
    std::map<std::string, FoldedScales> m_scales;          // by linear
    std::map<std::string, at::Tensor> m_effective;   // quantized weights with the scales taken out again, by tensor name
    at::Tensor m_firstInput, m_firstOutput;
};

} // namespace

QuantizedBlock quantizeBlock(const BlockTask& task, const BlockWeights& weights, const SequenceContext& context, HiddenBatches& hidden,
                             RunReporter& reporter) {
    return BlockQuantizer(task, weights, context, hidden, reporter).run();
}

} // namespace awq::core
