// SPDX-License-Identifier: GPL-3.0-or-later
// Descriptions of row-major matrices for the bulk copy engine.
#pragma once

#include <cuda.h>

#include <cstdint>

namespace awq::kernels::cuda {

// Boxes of `boxRows` rows x 128 bytes, swizzled; elements beyond the matrix read as zeros. rowBytes: a multiple of 16.
// False: the driver has no such function or refuses the matrix.
bool describeMatrix(CUtensorMap& map, CUtensorMapDataType type, int elementBytes, const void* data, std::int64_t rows,
                    std::int64_t columns, std::int64_t rowBytes, int boxRows);

} // namespace awq::kernels::cuda
