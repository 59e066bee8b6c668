// SPDX-License-Identifier: GPL-3.0-or-later
// Clips and rounds one linear. Everything here is computed in float32; group scales take values of the checkpoint's
// type.
#include "core/run/linear_rounding_torch.h"

#include "core/quant/search/clip_search_torch.h"
#include "core/quant/search/output_error_torch.h"
#include "core/quant/search/weight_report_torch.h"
#include "core/run/tensor_values_torch.h"

namespace awq::core {
namespace {

// Returns the limits, [rows, groups].
at::Tensor searchedLimit(const BlockView& view, const at::Tensor& folded, const GroupFormat& format,
                         const FoldedScales& scales, const InputStatistics& inputs, LinearResult& result) {
    at::Tensor sample = inputs.sample().to(at::kFloat);
    if (scales.columnScale.defined())
        sample = sample / scales.columnScale;
    const ClipMeasure measure = view.plan.recipe.engine == "reference" ? ClipMeasure::products : ClipMeasure::quickest;
    const ClipSearchResult clip =
        searchClip(folded, sample, format, awqClipFractions(), view.batching.workers(), view.reporter.stop(), measure);
    result.clipFraction = floatsOf(clip.fraction);
    result.clipLosses = clip.losses;
    result.clipMean = clip.fraction.mean().item<double>();
    result.clippedShare = (clip.fraction < 1).to(at::kFloat).mean().item<double>();
    return clip.limit;
}

at::Tensor givenLimit(const AwqResults& given, const std::string& fullName, const at::Tensor& folded,
                      const LinearResult& result) {
    for (const AwqClipEntry& entry : given.clips) {
        if (entry.linear != fullName)
            continue;
        if (entry.rows != result.rows || entry.groups != result.groups)
            badInput("the result file clips " + std::to_string(entry.rows) + " rows of " +
                         std::to_string(entry.groups) + " groups, the linear has " + std::to_string(result.rows) +
                         " rows of " + std::to_string(result.groups),
                     fullName, "use the group size that the result file was made with");
        return at::tensor(entry.values).view({entry.rows, entry.groups}).to(folded.device());
    }
    return {};
}

// Mean squared error of the linear's own output over the calibration: exactly where the Gram matrix is at hand, else
// over the sampled tokens.
double outputErrorOf(const at::Tensor& original, const at::Tensor& effective, const InputStatistics& inputs) {
    if (inputs.gram().defined()) {
        GramError error(original, inputs.gram(), inputs.tokens());
        return error.squaredError({effective}) / error.elements();
    }
    return at::mm(inputs.sample().to(at::kFloat), (effective - original).t()).square_().mean().item<double>();
}

} // namespace

at::Tensor FoldedScales::unfolded(const at::Tensor& weight) const {
    at::Tensor result = columnScale.defined() ? weight / columnScale : weight.clone();
    if (rowScale.defined())
        result.slice(0, firstRow, firstRow + rowScale.size(0)).mul_(rowScale.unsqueeze(1));
    return result;
}

at::Tensor FoldedScales::folded(const at::Tensor& weight) const {
    at::Tensor result = columnScale.defined() ? weight * columnScale : weight.clone();
    if (rowScale.defined())
        result.slice(0, firstRow, firstRow + rowScale.size(0)).div_(rowScale.unsqueeze(1));
    return result;
}

void addScale(ScalesByLinear& scales, const ScaleSet& set, const at::Tensor& scale) {
    for (const std::string& consumer : set.consumers)
        scales[consumer].columnScale = scale;
    if (set.kind == ProducerKind::linear) {
        scales[set.producer].rowScale = scale;
        scales[set.producer].firstRow = set.firstRow;
    }
}

LinearResult describedLinear(const BlockView& view, const LinearSpec& linear, const GroupFormat& format) {
    LinearResult result;
    result.block = view.block;
    result.name = linear.name;
    result.rows = linear.out;
    result.columns = linear.in;
    result.bits = format.bits;
    result.groupSize = format.groupSize;
    result.groups = linear.in / format.groupSize;
    result.fate = "quantized";
    return result;
}

QuantizedGroups clippedCodes(const BlockView& view, const LinearSpec& linear, const GroupFormat& format,
                             const at::Tensor& folded, const FoldedScales& scales, const InputStatistics* inputs,
                             const AwqResults* given, const std::string& fullName, LinearResult& result) {
    at::Tensor limit;
    if (!view.mayClip(linear.name))
        return quantizeGroups(folded, format);
    if (given)
        limit = givenLimit(*given, fullName, folded, result);
    else if (view.plan.recipe.clipSearch != "none" && clippedByReference(linear.name) && inputs)
        limit = searchedLimit(view, folded, format, scales, *inputs, result);
    if (limit.defined())
        result.clipValue = floatsOf(limit);
    return quantizeGroups(limit.defined() ? clampGroups(folded, limit) : folded, format);
}

void measureWeights(const at::Tensor& original, const at::Tensor& effective, const Workers& workers,
                    LinearResult& result) {
    const at::Tensor errors = groupErrors(original, effective, result.groupSize);
    result.weightError = floatsOf(errors);
    result.weightMse = errors.mean().item<double>();
    result.histogram = histogramOf(original, effective, workers);
}

RoundedLinear roundLinear(const BlockView& view, const LinearSpec& linear, const GroupFormat& format,
                          const at::Tensor& folded, const FoldedScales& scales, const InputStatistics* inputs,
                          const AwqResults* given, const std::string& fullName) {
    RoundedLinear rounded{describedLinear(view, linear, format), {}, {}};
    rounded.codes = clippedCodes(view, linear, format, folded, scales, inputs, given, fullName, rounded.result);
    rounded.effective = scales.unfolded(dequantize(rounded.codes));
    const at::Tensor original = view.weightOf(linear.name).to(at::kFloat);
    measureWeights(original, rounded.effective, view.batching.workers(), rounded.result);
    if (inputs)
        rounded.result.outputMse = outputErrorOf(original, rounded.effective, *inputs);
    return rounded;
}

} // namespace awq::core
