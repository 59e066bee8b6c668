// SPDX-License-Identifier: GPL-3.0-or-later
// The ingredients of the recipe, one after another, on one linear.
#include "core/run/stage_rounding_torch.h"

#include "core/quant/search/clip_search_torch.h"
#include "core/quant/search/error_compensation_torch.h"
#include "core/quant/search/range_search_torch.h"
#include "core/quant/search/refine_torch.h"
#include "core/run/tensor_values_torch.h"

namespace awq::core {
namespace {

bool sameScale(const at::Tensor& a, const at::Tensor& b) {
    return a.defined() == b.defined() && (!a.defined() || a.is_same(b));
}

GroupGrid searchedGrid(const BlockView& view, const at::Tensor& folded, const at::Tensor& gram,
                       const GroupFormat& format, LinearResult& result) {
    const RangeSearchResult found = searchRanges(folded, groupGramsOf(gram, format.groupSize), format,
                                                 awqClipFractions(), view.batching.workers(), view.reporter.stop());
    result.clipFraction = floatsOf(found.fraction);
    result.clipLosses = found.losses;
    result.clipMean = found.fraction.mean().item<double>();
    result.clippedShare = (found.fraction < 0.999).to(at::kFloat).mean().item<double>();
    return found.grid;
}

} // namespace

const StageRounder::ScaledGram& StageRounder::gramFor(const at::Tensor& columnScale) {
    if (m_gram.exact.defined() && sameScale(m_gram.columnScale, columnScale))
        return m_gram;
    const at::Tensor& gram = m_inputs.moments.gram;
    m_gram = {columnScale, gram, {}, {}};
    if (columnScale.defined())
        m_gram.exact = gram / columnScale.unsqueeze(0) / columnScale.unsqueeze(1);
    m_gram.withDamping = damped(m_gram.exact, damping());
    if (m_view.plan.recipe.rounding == "compensated")
        m_gram.factor = inverseFactor(m_gram.withDamping).to(at::kFloat);
    return m_gram;
}

double StageRounder::damping() const {
    return dampingFor(m_inputs.moments.gram.size(0), m_inputs.moments.tokens);
}

at::Tensor StageRounder::targetOf(const at::Tensor& original) {
    if (!m_inputs.moments.hasGap())
        return original;
    if (!m_targetFactor.defined())
        m_targetFactor = inverseFactor(damped(m_inputs.moments.gram, damping()));
    return correctedTarget(original, m_inputs.moments, m_targetFactor);
}

RoundedLinear StageRounder::round(const LinearSpec& linear, const GroupFormat& format, const std::string& fullName) {
    const Recipe& recipe = m_view.plan.recipe;
    const Workers& workers = m_view.batching.workers();
    const std::stop_token& stop = m_view.reporter.stop();
    const FoldedScales& scales = m_inputs.scales.at(linear.name);
    const at::Tensor original = m_view.weightOf(linear.name).to(at::kFloat);
    const at::Tensor target = targetOf(original);
    const at::Tensor folded = scales.folded(target);
    const ScaledGram& gram = gramFor(scales.columnScale);

    RoundedLinear rounded{describedLinear(m_view, linear, format), {}, {}};
    GroupGrid grid;
    if (recipe.clipSearch == "range" && !m_inputs.given && m_view.mayClip(linear.name))
        grid = searchedGrid(m_view, folded, gram.exact, format, rounded.result);
    else
        grid = gridOf(clippedCodes(m_view, linear, format, folded, scales, m_inputs.recorded.find(linear.name),
                                   m_inputs.given, fullName, rounded.result));
    rounded.codes = onGrid(gram.factor.defined() ? roundCompensated(folded, grid, gram.factor, format, workers, stop)
                                                 : roundNearest(folded, grid, format),
                           grid);
    if (recipe.refineRounds > 0)
        rounded.codes = refined(folded, rounded.codes, gram.withDamping, format, recipe.refineRounds, workers, stop);
    rounded.effective = scales.unfolded(dequantize(rounded.codes));
    measureWeights(original, rounded.effective, workers, rounded.result);
    rounded.result.outputMse =
        quadraticError(rounded.effective - target, m_inputs.moments.gram) / double(original.size(0));
    return rounded;
}

} // namespace awq::core
