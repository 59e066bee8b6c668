// SPDX-License-Identifier: GPL-3.0-or-later
// The arithmetic of group_format.h in plain form, for one group.
#pragma once

#include <algorithm>
#include <cmath>

#include "kernels/cpu/element.h"
#include "kernels/group_format.h"

namespace awq::kernels::cpu {

template <typename T>
struct GroupRounding {
    float scale, zero;
    float maxCode;

    GroupRounding(float minimum, float maximum, const GroupFormat& format) : maxCode(float(format.maxCode())) {
        const float smallestRange = roundTo<T>(1e-5f);
        const float range = format.zeroPoint ? roundTo<T>(maximum - minimum) : propagatingMax(maximum, -minimum);
        const float steps = format.zeroPoint ? maxCode : float(format.middle() - 1);
        scale = roundTo<T>(propagatingMax(range, smallestRange) * (1.0f / steps));
        if (format.scaleType == DType::float16 && scale > 65504.0f)
            scale = 65504.0f;
        scale = roundTo<T>(roundTo(format.scaleType, scale));
        zero = format.zeroPoint ? std::clamp(-std::nearbyint(roundTo<T>(minimum / scale)), 0.0f, maxCode)
                                : float(format.middle());
    }

    float codeOf(float value) const {
        return std::clamp(std::nearbyint(roundTo<T>(value / scale)) + zero, 0.0f, maxCode);
    }
    float valueOf(float code) const { return roundTo<T>((code - zero) * scale); }
};

struct Range {
    float minimum = INFINITY, maximum = -INFINITY;

    void add(float value) {
        minimum = propagatingMin(minimum, value);
        maximum = propagatingMax(maximum, value);
    }
};

} // namespace awq::kernels::cpu
