// SPDX-License-Identifier: GPL-3.0-or-later
// Group quantization with zero point or symmetric.
#include "core/quant/search/group_quantizer_torch.h"

namespace awq::core {

at::Tensor storableScales(const at::Tensor& groupScales, const GroupFormat& format) {
    constexpr double largestHalf = 65504;
    if (!format.scaleType || *format.scaleType == groupScales.scalar_type())
        return groupScales;
    const at::Tensor bounded = *format.scaleType == at::kHalf ? groupScales.clamp_max(largestHalf) : groupScales;
    return bounded.to(*format.scaleType).to(groupScales.scalar_type());
}

namespace {

// Below this a range counts as zero; llm-awq's constant, rounded to the dtype.
constexpr double smallestRange = 1e-5;

struct Rounded {
    at::Tensor codes;       // [rows * groups, groupSize], integers in the weight's dtype
    at::Tensor zeroPoints;  // [rows * groups, 1], likewise
    at::Tensor groupScales; // [rows * groups, 1]
};

Rounded roundGroups(const at::Tensor& weight, const GroupFormat& format) {
    const at::Tensor groups = weight.reshape({-1, format.groupSize});
    const int maxCode = format.maxCode();
    const int middle = 1 << (format.bits - 1);
    Rounded rounded;
    const at::Tensor minimum = groups.amin({1}, true);
    const at::Tensor maximum = groups.amax({1}, true);
    // Times the reciprocal, as torch divides by a number on a GPU, where the reference runs: the last bit decides ties,
    // which are frequent among weights of few bits.
    if (format.zeroPoint)
        rounded.groupScales = (maximum - minimum).clamp_min_(smallestRange).mul_(1.0 / maxCode);
    else
        rounded.groupScales = at::maximum(maximum, -minimum).clamp_min_(smallestRange).mul_(1.0 / (middle - 1));
    rounded.groupScales = storableScales(rounded.groupScales, format);
    if (format.zeroPoint)
        rounded.zeroPoints = (minimum / rounded.groupScales).round_().neg_().clamp_(0, maxCode);
    else
        rounded.zeroPoints = at::full_like(rounded.groupScales, middle);
    rounded.codes = (groups / rounded.groupScales).round_().add_(rounded.zeroPoints).clamp_(0, maxCode);
    return rounded;
}

} // namespace

QuantizedGroups quantizeGroups(const at::Tensor& weight, const GroupFormat& format) {
    const Rounded rounded = roundGroups(weight, format);
    const std::int64_t rows = weight.size(0);
    return {rounded.codes.to(at::kByte).view(weight.sizes()), rounded.zeroPoints.to(at::kByte).view({rows, -1}),
            rounded.groupScales.view({rows, -1})};
}

at::Tensor dequantize(const QuantizedGroups& quantized) {
    const at::Tensor& scales = quantized.groupScales;
    at::Tensor values = quantized.codes.view({scales.size(0), scales.size(1), -1}).to(scales.scalar_type());
    values.sub_(quantized.zeroPoints.to(scales.scalar_type()).unsqueeze(2)).mul_(scales.unsqueeze(2));
    return values.view(quantized.codes.sizes());
}

at::Tensor quantizeDequantize(const at::Tensor& weight, const GroupFormat& format) {
    Rounded rounded = roundGroups(weight, format);
    return rounded.codes.sub_(rounded.zeroPoints).mul_(rounded.groupScales).view(weight.sizes());
}

at::Tensor clampGroups(const at::Tensor& weight, const at::Tensor& limit) {
    const at::Tensor groups = weight.view({limit.size(0), limit.size(1), -1});
    const at::Tensor bound = limit.to(weight.scalar_type()).unsqueeze(2);
    return at::minimum(at::maximum(groups, -bound), bound).view(weight.sizes());
}

} // namespace awq::core
