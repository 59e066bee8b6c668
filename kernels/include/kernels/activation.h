// SPDX-License-Identifier: GPL-3.0-or-later
// Activations of MLPs: ReLU, SiLU and GELU, times an up projection, minus a reference, or quantized to int8 per token.
#pragma once

#include <cstdint>

#include "kernels/device.h"
#include "kernels/dtype.h"
#include "kernels/status.h"

namespace awq::kernels {

// y = f(gate) * up - reference, in float32, rounded once.
struct ActivationArgs {
    enum class Kind { identity, relu, silu, geluTanh, geluErf, quickGelu }; // quickGelu: x sigmoid(1.702 x)
    Kind kind = Kind::silu;
    DType type = DType::float16;
    std::int64_t rows = 0, columns = 0;
    const void* gate = nullptr;  // [rows, columns]
    std::int64_t gateStride = 0; // elements between rows
    const void* up = nullptr;    // [rows, columns], or null: ones
    std::int64_t upStride = 0;
    const void* reference = nullptr; // [rows, columns], or null: zeros
    std::int64_t referenceStride = 0;
    // One of the two forms of the result, as in norm.h. identity with quantized is per-token quantization.
    void* output = nullptr; // [rows, columns]
    std::int64_t outputStride = 0;
    std::int8_t* quantized = nullptr; // [rows, columns], contiguous; columns up to 65536
    float* tokenScales = nullptr;     // [rows]
    float* rowSums = nullptr;         // [rows], or null
};

namespace cpu {
Status activation(const ActivationArgs& args);
}
namespace cuda {
Status activation(const ActivationArgs& args, Stream stream, Overlap overlap = Overlap::no);
}

} // namespace awq::kernels
