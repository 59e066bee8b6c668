// SPDX-License-Identifier: GPL-3.0-or-later
// A linear of a block, shown to the observer before it is applied.
#pragma once

#include "core/model/decoder/decoder_block_torch.h"
#include "core/model/decoder/layers_torch.h"

namespace awq::core {

inline at::Tensor observedLinear(const LinearSpec& linear, const BlockWeights& weights, const at::Tensor& x,
                                 LinearObserver* observer) {
    if (observer)
        observer->onLinear(linear.name, x);
    return applyLinear(linear, weights, x);
}

} // namespace awq::core
