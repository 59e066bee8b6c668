// SPDX-License-Identifier: GPL-3.0-or-later
// Sums along rows that the searches measure losses with.
#pragma once

#include <cstdint>

#include "kernels/device.h"
#include "kernels/dtype.h"
#include "kernels/status.h"

namespace awq::kernels {

// sums[r] = sum over columns of (A - B)^2, or of A * B. Float32 sums in a fixed order; contiguous rows at a stride.
struct RowReductionArgs {
    enum class Kind { squaredDifference, product };
    Kind kind = Kind::squaredDifference;
    DType type = DType::float16; // of a and b
    std::int64_t rows = 0, columns = 0;
    const void* a = nullptr;  // [rows, columns]
    std::int64_t strideA = 0; // elements between rows
    const void* b = nullptr;  // [rows, columns]; null with squaredDifference: zeros
    std::int64_t strideB = 0;
    bool accumulate = false; // add to sums instead of writing them
    float* sums = nullptr;   // [rows]
};

namespace cpu {
Status rowReduction(const RowReductionArgs& args);
}
namespace cuda {
Status rowReduction(const RowReductionArgs& args, Stream stream);
}

} // namespace awq::kernels
