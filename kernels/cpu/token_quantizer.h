// SPDX-License-Identifier: GPL-3.0-or-later
// Per-token int8 quantization, shared by norm.h and activation.h.
#pragma once

#include <cstdint>
#include <vector>

namespace awq::kernels::cpu {

// round(values / scale) with scale = largest magnitude / 127 into row `row` of `quantized`; rowSums may be null.
void quantizeToken(const std::vector<float>& values, std::int64_t row, std::int8_t* quantized, float* tokenScales,
                   float* rowSums);

} // namespace awq::kernels::cpu
