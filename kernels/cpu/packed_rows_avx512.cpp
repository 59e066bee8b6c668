// SPDX-License-Identifier: GPL-3.0-or-later
// packed_rows.h for AVX-512.
#include "kernels/cpu/packed_rows_impl.h"

namespace awq::kernels::cpu {

void multiplyRowBlockAvx512(const RowBlockProduct& product, RowBlockSums& sums) {
    multiplyRowBlock(product, sums);
}

} // namespace awq::kernels::cpu
