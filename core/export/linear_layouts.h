// SPDX-License-Identifier: GPL-3.0-or-later
// The tensors that stand for one quantized linear in each checkpoint format.
#pragma once

#include <string>
#include <vector>

#include "core/export/checkpoint_facts.h"
#include "core/model/tensor_info.h"

namespace awq::core {

struct LinearShape {
    std::string name; // without ".weight"
    std::int64_t rows = 0, columns = 0;
    PackedForm form;
    DType dtype = DType::F16; // of scales; of the weight in "simulated"
    bool zeroPoint = true;

    std::int64_t groups() const { return columns / form.groupSize; }
};

struct NamedBytes {
    std::string name;
    TensorBytes tensor;
};

// Names, types and shapes, known before anything is quantized; and the tensors themselves, in the same order.
struct LinearLayout {
    std::vector<TensorSpec> (*specs)(const LinearShape& shape) = nullptr;
    std::vector<NamedBytes> (*pack)(const LinearShape& shape, const QuantizedLinear& linear) = nullptr;
};

extern const LinearLayout awqGemmLayout; // qweight [in, out/8], qzeros [groups, out/8], scales [groups, out]
extern const LinearLayout llmAwqLayout; // "v2": qweight int16 [out/4, in], scales and scaled_zeros [padded groups, out]
extern const LinearLayout compressedTensorsLayout; // weight_packed, weight_scale, weight_zero_point, weight_shape
extern const LinearLayout simulatedLayout;         // weight [out, in]: the dequantized values

} // namespace awq::core
