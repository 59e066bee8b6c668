// SPDX-License-Identifier: GPL-3.0-or-later
// Packed products on the CPU at the speed of its memory: rows are spread over threads, the inner loop is packed_rows.h.
#include <algorithm>
#include <cstddef>
#include <vector>

#include "kernels/common/argument_checks.h"
#include "kernels/cpu/element.h"
#include "kernels/cpu/packed_rows.h"
#include "kernels/packed_linear.h"

namespace awq::kernels::cpu {
namespace {

RowBlockFunction fastestFunction() {
#ifdef AWQ_X86_VECTORS
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw"))
        return multiplyRowBlockAvx512;
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
        return multiplyRowBlockAvx2;
#endif
    return multiplyRowBlockGeneric;
}

// Activations of one record in lane order, zero beyond the columns. `input`: [columns] of one token.
void arrange(const PackedLayout& layout, const float* input, std::int64_t block, RecordInput& record) {
    record = {};
    const int codesPerGroup = codesPerLane / layout.groupsPerRecord();
    for (int code = 0; code < codesPerLane; ++code)
        for (int phase = 0; phase < 4; ++phase) {
            const std::int64_t column = block * recordColumns + columnOf(code, phase);
            if (column >= layout.columns)
                continue;
            for (int lane = 4 * phase; lane < 4 * phase + 4; ++lane) {
                record.values[code][lane] = input[column];
                record.groupSums[code / codesPerGroup][lane] += input[column];
            }
        }
}

class Product {
public:
    explicit Product(const PackedLinearArgs& args)
        : m_args(args), m_function(fastestFunction()), m_blocks(args.weight.layout.columnBlocks()),
          m_input(static_cast<std::size_t>(m_blocks * args.tokens)) {
        std::vector<float> token(static_cast<std::size_t>(args.weight.layout.columns));
        for (std::int64_t m = 0; m < args.tokens; ++m) {
            for (std::size_t k = 0; k < token.size(); ++k)
                token[k] = load(args.type, args.input, m * args.inputStride + std::int64_t(k));
            for (std::int64_t block = 0; block < m_blocks; ++block)
                arrange(args.weight.layout, token.data(), block, m_input[std::size_t(m * m_blocks + block)]);
        }
    }

    void computeRowBlock(std::int64_t rowBlock) const {
        const PackedLayout& layout = m_args.weight.layout;
        RowBlockProduct product{layout,
                                m_args.weight.scaleType,
                                static_cast<const std::uint8_t*>(m_args.weight.data) + layout.recordOffset(rowBlock, 0),
                                0,
                                {}};
        for (std::int64_t token = 0; token < m_args.tokens; token += tokensAtOnce) {
            product.tokens = int(std::min<std::int64_t>(tokensAtOnce, m_args.tokens - token));
            for (int i = 0; i < product.tokens; ++i)
                product.input[i] = m_input.data() + (token + i) * m_blocks;
            RowBlockSums sums;
            m_function(product, sums);
            for (int i = 0; i < product.tokens; ++i)
                writeRows(rowBlock, token + i, i, sums);
        }
    }

private:
    void writeRows(std::int64_t rowBlock, std::int64_t token, int index, const RowBlockSums& sums) const {
        const std::int64_t first = rowBlock * recordRows;
        const int count = int(std::min<std::int64_t>(recordRows, m_args.weight.layout.rows - first));
        for (int row = 0; row < count; ++row) {
            float value = m_args.bias ? load(m_args.type, m_args.bias, first + row) : 0.0f;
            for (int phase = 0; phase < 4; ++phase)
                value += sums.values[row % 8][index][phase * 4 + row / 8];
            store(m_args.type, m_args.output, token * m_args.outputStride + first + row, value);
        }
    }

    const PackedLinearArgs& m_args;
    RowBlockFunction m_function;
    std::int64_t m_blocks;
    std::vector<RecordInput> m_input; // [tokens, column blocks]
};

// Activations of so many tokens stay in a core's cache while it goes through its rows.
constexpr std::int64_t tokensTogether = 16;

void multiplySome(const PackedLinearArgs& args, const Parallel& parallel) {
    Product product(args);
    const std::int64_t rowBlocks = args.weight.layout.rowBlocks();
    const auto body = [](void* data, std::int64_t index) { static_cast<Product*>(data)->computeRowBlock(index); };
    if (parallel.run)
        parallel.run(parallel.context, rowBlocks, body, &product);
    else
        for (std::int64_t i = 0; i < rowBlocks; ++i)
            product.computeRowBlock(i);
}

} // namespace

Status fastPackedLinear(const PackedLinearArgs& args, const Parallel& parallel) {
    if (const Status status = check(args); status != Status::ok)
        return status;
    const std::int64_t size = bytesOf(args.type);
    for (std::int64_t token = 0; token < args.tokens; token += tokensTogether) {
        PackedLinearArgs some = args;
        some.tokens = std::min(tokensTogether, args.tokens - token);
        some.input = static_cast<const std::byte*>(args.input) + token * args.inputStride * size;
        some.output = static_cast<std::byte*>(args.output) + token * args.outputStride * size;
        multiplySome(some, parallel);
    }
    return Status::ok;
}

} // namespace awq::kernels::cpu
