// SPDX-License-Identifier: GPL-3.0-or-later
// Tensor maps. The driver's function is looked up at run time: the program starts without a driver.
#include "kernels/cuda/sm90/tensor_map.h"

#include <cuda_runtime.h>

namespace awq::kernels::cuda {

bool describeMatrix(CUtensorMap& map, CUtensorMapDataType type, int elementBytes, const void* data, std::int64_t rows,
                    std::int64_t columns, std::int64_t rowBytes, int boxRows) {
    void* function = nullptr;
    cudaDriverEntryPointQueryResult found;
    if (cudaGetDriverEntryPointByVersion("cuTensorMapEncodeTiled", &function, 12000, cudaEnableDefault, &found) !=
            cudaSuccess ||
        found != cudaDriverEntryPointSuccess)
        return false;
    const cuuint64_t sizes[2] = {cuuint64_t(columns), cuuint64_t(rows)}, strides[1] = {cuuint64_t(rowBytes)};
    const cuuint32_t box[2] = {cuuint32_t(128 / elementBytes), cuuint32_t(boxRows)}, steps[2] = {1, 1};
    const auto encode = reinterpret_cast<decltype(&cuTensorMapEncodeTiled)>(function);
    return encode(&map, type, 2, const_cast<void*>(data), sizes, strides, box, steps, CU_TENSOR_MAP_INTERLEAVE_NONE,
                  CU_TENSOR_MAP_SWIZZLE_128B, CU_TENSOR_MAP_L2_PROMOTION_L2_256B,
                  CU_TENSOR_MAP_FLOAT_OOB_FILL_NONE) == CUDA_SUCCESS;
}

} // namespace awq::kernels::cuda
