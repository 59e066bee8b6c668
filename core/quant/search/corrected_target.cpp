// SPDX-License-Identifier: GPL-3.0-or-later
// Least squares from second moments.
#include "core/quant/search/corrected_target_torch.h"

namespace awq::core {
namespace {

void addTo(at::Tensor& sum, const at::Tensor& next) {
    if (next.defined())
        sum = sum.defined() ? sum.add_(next) : next.clone();
}

at::Tensor divided(const at::Tensor& sum, std::int64_t tokens) {
    return sum.defined() ? sum / double(tokens) : sum;
}

} // namespace

void InputMoments::add(const InputMoments& next) {
    addTo(gram, next.gram);
    addTo(inputGap, next.inputGap);
    addTo(outputGap, next.outputGap);
    tokens += next.tokens;
}

InputMoments InputMoments::mean() const {
    return {divided(gram, tokens), divided(inputGap, tokens), divided(outputGap, tokens), tokens};
}

at::Tensor crossOf(const at::Tensor& left, const at::Tensor& right) {
    return at::mm(left.to(at::kFloat).t(), right.to(at::kFloat));
}

at::Tensor correctedTarget(const at::Tensor& weight, const InputMoments& moments, const at::Tensor& factor) {
    at::Tensor gap; // double [columns, rows]
    if (moments.inputGap.defined())
        gap = at::mm(moments.inputGap.to(at::kDouble), weight.t().to(at::kDouble));
    if (moments.outputGap.defined())
        gap = gap.defined() ? gap.add_(moments.outputGap) : moments.outputGap.to(at::kDouble);
    return weight + at::mm(factor.t(), at::mm(factor, gap)).t().to(at::kFloat);
}

} // namespace awq::core
