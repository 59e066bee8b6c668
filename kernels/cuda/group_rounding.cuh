// SPDX-License-Identifier: GPL-3.0-or-later
// The arithmetic of group_format.h in device code: values are floats that hold numbers of T.
#pragma once

#include "kernels/cuda/numeric.cuh"
#include "kernels/group_format.h"

namespace awq::kernels::cuda {

// value / divisor, correctly rounded to float32 (Markstein: one correction suffices when the reciprocal is correctly
// rounded), without the cost of the general division. Overflow gives infinity; tiny results may be off by one place.
__device__ inline float quotient(float value, float divisor, float inverse) {
    const float estimate = __fmul_rn(value, inverse);
    const float corrected = __fmaf_rn(__fmaf_rn(-divisor, estimate, value), inverse, estimate);
    return fabsf(estimate) < INFINITY ? corrected : estimate;
}

template <typename T>
struct GroupRounding {
    float scale, inverse, zero, maxCode;

    __device__ GroupRounding(float minimum, float maximum, const GroupFormat& format)
        : maxCode(float(format.maxCode())) {
        const float smallestRange = roundTo<T>(1e-5f);
        const float range = format.zeroPoint ? roundTo<T>(maximum - minimum) : propagatingMax(maximum, -minimum);
        const float steps = format.zeroPoint ? maxCode : float(format.middle() - 1);
        scale = roundTo<T>(__fmul_rn(propagatingMax(range, smallestRange), __frcp_rn(steps)));
        if (format.scaleType == DType::float16)
            scale = roundTo<T>(roundTo<__half>(propagatingMin(scale, 65504.0f)));
        else if (format.scaleType == DType::bfloat16)
            scale = roundTo<T>(roundTo<__nv_bfloat16>(scale));
        inverse = __frcp_rn(scale);
        zero = format.zeroPoint ? clampCode(-rintf(roundTo<T>(quotient(minimum, scale, inverse))))
                                : float(format.middle());
    }

    __device__ float codeOf(float value) const {
        return clampCode(rintf(roundTo<T>(quotient(value, scale, inverse))) + zero);
    }
    __device__ float valueOf(float code) const { return roundTo<T>(__fmul_rn(code - zero, scale)); }

private:
    __device__ float clampCode(float code) const { return propagatingMin(propagatingMax(code, 0.0f), maxCode); }
};

} // namespace awq::kernels::cuda
