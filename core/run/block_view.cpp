// SPDX-License-Identifier: GPL-3.0-or-later
// The plan's word on a linear of the block.
#include "core/run/block_view_torch.h"

namespace awq::core {

std::optional<GroupFormat> BlockView::formatOf(const std::string& linear) const {
    const PlannedLinear* planned = findLinear(plan, block, linear);
    if (!planned || planned->fate != "quantized")
        return std::nullopt;
    return GroupFormat{planned->bits, planned->groupSize, plan.recipe.zeroPoint, storage};
}

bool BlockView::mayClip(const std::string& linear) const {
    const PlannedLinear* planned = findLinear(plan, block, linear);
    return !planned || planned->clip;
}

} // namespace awq::core
