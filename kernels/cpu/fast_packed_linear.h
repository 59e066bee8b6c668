// SPDX-License-Identifier: GPL-3.0-or-later
// The CPU's fast packed product with a chosen instruction set, for tests and benchmarks.
#pragma once

#include <vector>

#include "kernels/cpu/packed_rows.h"
#include "kernels/packed_linear.h"

namespace awq::kernels::cpu {

struct RowBlockVariant {
    const char* name; // "avx512", "avx2", "generic"
    RowBlockFunction function;
};

// Those this processor has, fastest first; never empty.
std::vector<RowBlockVariant> rowBlockVariants();

Status fastPackedLinear(const PackedLinearArgs& args, const Parallel& parallel, RowBlockFunction function);

} // namespace awq::kernels::cpu
