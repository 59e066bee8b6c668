// SPDX-License-Identifier: GPL-3.0-or-later
// Between grids, codes and quantized groups.
#include "core/quant/search/group_grid_torch.h"

namespace awq::core {

GroupGrid gridOf(const QuantizedGroups& quantized) {
    return {quantized.groupScales.to(at::kFloat), quantized.zeroPoints.to(at::kFloat)};
}

QuantizedGroups onGrid(const at::Tensor& codes, const GroupGrid& grid) {
    return {codes.to(at::kByte), grid.zeroPoints.to(at::kByte), grid.groupScales};
}

at::Tensor nearestCodes(const at::Tensor& values, const at::Tensor& scales, const at::Tensor& zeros, int maxCode) {
    return (values / scales).round_().add_(zeros).clamp_(0, maxCode);
}

at::Tensor roundNearest(const at::Tensor& weight, const GroupGrid& grid, const GroupFormat& format) {
    const at::Tensor groups = weight.view({weight.size(0), -1, format.groupSize});
    return nearestCodes(groups, grid.groupScales.unsqueeze(2), grid.zeroPoints.unsqueeze(2), format.maxCode())
        .view(weight.sizes())
        .to(at::kByte);
}

} // namespace awq::core
