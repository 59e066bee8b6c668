// SPDX-License-Identifier: GPL-3.0-or-later
// Group quantization with zero point or symmetric.
#include "core/quant/search/group_quantizer_torch.h"

namespace awq::core {
namespace {

// Below this a range counts as zero; llm-awq's constant, rounded to the dtype.
constexpr double smallestRange = 1e-5;

struct Rounded {
    at::Tensor codes;  // [rows * groups, groupSize], integers in the weight's dtype
    at::Tensor zeros;  // [rows * groups, 1], likewise
    at::Tensor scales; // [rows * groups, 1]
};

Rounded roundGroups(const at::Tensor& weight, const GroupFormat& format) {
    const at::Tensor groups = weight.reshape({-1, format.groupSize});
    const int maxCode = format.maxCode();
    Rounded rounded;
    if (format.zeroPoint) {
        const at::Tensor maximum = groups.amax({1}, true);
        const at::Tensor minimum = groups.amin({1}, true);
        rounded.scales = (maximum - minimum).clamp_min(smallestRange) / maxCode;
        rounded.zeros = (-(minimum / rounded.scales).round()).clamp(0, maxCode);
    } else {
        const int middle = 1 << (format.bits - 1);
        rounded.scales = groups.abs().amax({1}, true).clamp_min(smallestRange) / (middle - 1);
        rounded.zeros = at::full_like(rounded.scales, middle);
    }
    rounded.codes = (groups / rounded.scales).round_().add_(rounded.zeros).clamp_(0, maxCode);
    return rounded;
}

} // namespace

QuantizedWeight quantizeGroups(const at::Tensor& weight, const GroupFormat& format) {
    const Rounded rounded = roundGroups(weight, format);
    const std::int64_t rows = weight.size(0);
    return {rounded.codes.to(at::kByte).view(weight.sizes()), rounded.zeros.to(at::kByte).view({rows, -1}),
            rounded.scales.view({rows, -1})};
}

at::Tensor dequantize(const QuantizedWeight& quantized) {
    const at::Tensor& scales = quantized.scales;
    const at::Tensor codes = quantized.codes.view({scales.size(0), scales.size(1), -1}).to(scales.scalar_type());
    const at::Tensor zeros = quantized.zeros.to(scales.scalar_type()).unsqueeze(2);
    return ((codes - zeros) * scales.unsqueeze(2)).view(quantized.codes.sizes());
}

at::Tensor quantizeDequantize(const at::Tensor& weight, const GroupFormat& format) {
    Rounded rounded = roundGroups(weight, format);
    return rounded.codes.sub_(rounded.zeros).mul_(rounded.scales).view(weight.sizes());
}

at::Tensor clampGroups(const at::Tensor& weight, const at::Tensor& limit) {
    const at::Tensor groups = weight.view({limit.size(0), limit.size(1), -1});
    const at::Tensor bound = limit.to(weight.scalar_type()).unsqueeze(2);
    return at::minimum(at::maximum(groups, -bound), bound).view(weight.sizes());
}

} // namespace awq::core
