// SPDX-License-Identifier: GPL-3.0-or-later
// Per-token int8 quantization.
#include "kernels/cpu/token_quantizer.h"

#include <algorithm>

#include "kernels/cpu/element.h"

namespace awq::kernels::cpu {

void quantizeToken(const std::vector<float>& values, std::int64_t row, std::int8_t* quantized, float* tokenScales,
                   float* rowSums) {
    float largest = 0;
    double sum = 0;
    for (const float value : values) {
        largest = propagatingMax(largest, std::fabs(value));
        sum += value;
    }
    const float inverse = largest > 0 ? 127.0f / largest : 0.0f;
    tokenScales[row] = largest / 127.0f;
    if (rowSums)
        rowSums[row] = float(sum);
    std::int8_t* out = quantized + row * std::int64_t(values.size());
    for (std::size_t k = 0; k < values.size(); ++k)
        out[k] = std::int8_t(std::clamp(std::nearbyint(values[k] * inverse), -127.0f, 127.0f));
}

} // namespace awq::kernels::cpu
