// SPDX-License-Identifier: GPL-3.0-or-later
// packed_rows.h for any processor.
#include "kernels/cpu/packed_rows_impl.h"

namespace awq::kernels::cpu {

void multiplyRowBlockGeneric(const RowBlockProduct& product, RowBlockSums& sums) {
    multiplyRowBlock(product, sums);
}

} // namespace awq::kernels::cpu
