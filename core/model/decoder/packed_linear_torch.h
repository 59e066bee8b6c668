// SPDX-License-Identifier: GPL-3.0-or-later
// A linear whose INT4 or INT3 weight stays packed in memory (kernels/layout.h) and is multiplied from there.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "core/model/quantized_tensors.h"
#include "core/tensor.h"

namespace awq::core {

class PackedLinear {
public:
    // Whether the packed products can hold the weight and compute in `dtype` on `device`: 3 or 4 bits, groups of 32,
    // 64, a multiple of 128 or the whole row, group scales of 16 bits; on a GPU a 16-bit dtype and columns that divide
    // by 8.
    static bool canHold(const QuantizedWeight& weight, const at::Device& device, at::ScalarType dtype);

    // Packs a weight that canHold() accepts. On a GPU group scales are rounded to `dtype`. `workspace`: of
    // makeWorkspace(), shared by linears that are applied one after another.
    PackedLinear(const QuantizedWeight& weight, const at::Device& device, at::ScalarType dtype, at::Tensor workspace);

    // One linear whose rows are those of `parts`, in order; the parts then lie in its memory. Null, and nothing
    // changed, where columns, bits, groups or scale types differ, or a part but the last has rows that do not fill
    // whole records.
    static std::shared_ptr<const PackedLinear> join(std::vector<std::shared_ptr<const PackedLinear>>& parts);

    // What products on `device` need besides their operands; undefined on the CPU.
    static at::Tensor makeWorkspace(const at::Device& device);

    // How a product is computed. automatic picks by the number of tokens.
    enum class Way {
        automatic,
        fewTokens,  // bound by reading the weight; on a GPU up to 16 tokens, compute capability 9.0
        manyTokens, // bound by multiplying; on a GPU only
    };

    // x [..., columns] -> [..., rows] in the dtype of x, with float32 sums. bias: [rows] in the dtype of x, or
    // undefined.
    at::Tensor apply(const at::Tensor& x, const at::Tensor& bias) const;

    // The same for x [tokens, columns] and output [tokens, rows], both contiguous. Nothing is allocated on a GPU.
    // False: this device has no such way; nothing was computed.
    bool multiply(const at::Tensor& x, const at::Tensor& bias, const at::Tensor& output, Way way) const;

    std::int64_t rows() const { return m_rows; }
    std::int64_t columns() const { return m_columns; }
    std::int64_t bytes() const { return std::int64_t(m_records.nbytes()); }

private:
    PackedLinear(const PackedLinear& like, std::int64_t rows, at::Tensor records);
    bool canPrecede(const PackedLinear& next) const;

    std::int64_t m_rows = 0, m_columns = 0, m_groupSize = 0;
    int m_bits = 0;
    at::ScalarType m_scaleType = at::kHalf;
    at::Tensor m_records;   // uint8, the bytes of the layout
    at::Tensor m_workspace; // uint8
};

} // namespace awq::core
