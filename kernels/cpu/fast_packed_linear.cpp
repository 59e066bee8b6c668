// SPDX-License-Identifier: GPL-3.0-or-later
// Packed products on the CPU at the speed of its memory: rows are spread over threads, the inner loop is packed_rows.h.
#include "kernels/cpu/fast_packed_linear.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include "kernels/common/argument_checks.h"
#include "kernels/cpu/element.h"

namespace awq::kernels::cpu {
namespace {

// Columns of one token with a power of two in common: value = fixed / scale. Not finite: no number can be represented.
struct FixedPoint {
    double scale = 1;
    bool finite = true;
};

FixedPoint fixedPointOf(const std::vector<float>& token) {
    float largest = 0;
    bool finite = true;
    for (const float value : token) {
        largest = std::max(largest, std::abs(value));
        finite = finite && std::isfinite(value);
    }
    if (!finite || largest == 0)
        return {1, finite};
    return {std::ldexp(1.0, fixedPointBits - 1 - std::ilogb(largest)), true};
}

std::uint32_t pairOf(std::int32_t first, std::int32_t second) {
    return (std::uint32_t(first) & 0xffffu) | (std::uint32_t(second) << 16);
}

// Activations of one record in lane order, zero beyond the columns. `fixed`: [columns] of one token.
void arrange(const PackedLayout& layout, const std::int32_t* fixed, std::int64_t block, RecordInput& record) {
    record = {};
    const int pairsPerGroup = pairsPerLane / layout.groupsPerRecord();
    const std::int64_t first = block * recordColumns;
    for (int pair = 0; pair < pairsPerLane; ++pair)
        for (int phase = 0; phase < 4; ++phase) {
            const std::int64_t column = first + columnOf(pair, phase);
            const std::int32_t a = column < layout.columns ? fixed[column] : 0,
                               b = column + 1 < layout.columns ? fixed[column + 1] : 0;
            constexpr std::int32_t half = 1 << (lowBits - 1);
            const std::int32_t highA = (a + half) >> lowBits, highB = (b + half) >> lowBits;
            const std::uint32_t high = pairOf(highA, highB),
                                low = pairOf(a - (highA << lowBits), b - (highB << lowBits));
            for (int lane = 4 * phase; lane < 4 * phase + 4; ++lane) {
                record.high[pair][lane] = high;
                record.low[pair][lane] = low;
                record.groupSums[pair / pairsPerGroup][lane] += float(a) + float(b);
            }
        }
}

class Product {
public:
    Product(const PackedLinearArgs& args, RowBlockFunction function)
        : m_args(args), m_function(function), m_blocks(args.weight.layout.columnBlocks()),
          m_input(static_cast<std::size_t>(m_blocks * args.tokens)) {
        std::vector<float> token(static_cast<std::size_t>(args.weight.layout.columns));
        std::vector<std::int32_t> fixed(token.size());
        for (std::int64_t m = 0; m < args.tokens; ++m) {
            for (std::size_t k = 0; k < token.size(); ++k)
                token[k] = load(args.type, args.input, m * args.inputStride + std::int64_t(k));
            const FixedPoint point = fixedPointOf(token);
            m_steps.push_back(point.finite ? 1 / point.scale : std::nan(""));
            for (std::size_t k = 0; k < token.size(); ++k) {
                const double value = point.finite ? token[k] * point.scale : 0;
                fixed[k] = std::int32_t(value + (value < 0 ? -0.5 : 0.5));
            }
            for (std::int64_t block = 0; block < m_blocks; ++block)
                arrange(args.weight.layout, fixed.data(), block, m_input[std::size_t(m * m_blocks + block)]);
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
            float sum = 0;
            for (int phase = 0; phase < 4; ++phase)
                sum += sums.values[row % 8][index][phase * 4 + row / 8];
            const float bias = m_args.bias ? load(m_args.type, m_args.bias, first + row) : 0.0f;
            const double value = sum * m_steps[std::size_t(token)] + bias;
            store(m_args.type, m_args.output, token * m_args.outputStride + first + row, float(value));
        }
    }

    const PackedLinearArgs& m_args;
    RowBlockFunction m_function;
    std::int64_t m_blocks;
    std::vector<RecordInput> m_input; // [tokens, column blocks]
    std::vector<double> m_steps;      // what one fixed-point unit of a token stands for
};

// Activations of so many tokens stay in a core's cache while it goes through its rows.
constexpr std::int64_t tokensTogether = 16;

void multiplySome(const PackedLinearArgs& args, const Parallel& parallel, RowBlockFunction function) {
    Product product(args, function);
    const std::int64_t rowBlocks = args.weight.layout.rowBlocks();
    const auto body = [](void* data, std::int64_t index) { static_cast<Product*>(data)->computeRowBlock(index); };
    if (parallel.run)
        parallel.run(parallel.context, rowBlocks, body, &product);
    else
        for (std::int64_t i = 0; i < rowBlocks; ++i)
            product.computeRowBlock(i);
}

} // namespace

std::vector<RowBlockVariant> rowBlockVariants() {
    std::vector<RowBlockVariant> variants;
#ifdef AWQ_X86_VECTORS
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vnni"))
        variants.push_back({"avx512", multiplyRowBlockAvx512});
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
        variants.push_back({"avx2", multiplyRowBlockAvx2});
#endif
    variants.push_back({"generic", multiplyRowBlockGeneric});
    return variants;
}

Status fastPackedLinear(const PackedLinearArgs& args, const Parallel& parallel, RowBlockFunction function) {
    if (const Status status = check(args); status != Status::ok)
        return status;
    const std::int64_t size = bytesOf(args.type);
    for (std::int64_t token = 0; token < args.tokens; token += tokensTogether) {
        PackedLinearArgs some = args;
        some.tokens = std::min(tokensTogether, args.tokens - token);
        some.input = static_cast<const std::byte*>(args.input) + token * args.inputStride * size;
        some.output = static_cast<std::byte*>(args.output) + token * args.outputStride * size;
        multiplySome(some, parallel, function);
    }
    return Status::ok;
}

Status fastPackedLinear(const PackedLinearArgs& args, const Parallel& parallel) {
    static const RowBlockFunction fastest = rowBlockVariants().front().function;
    return fastPackedLinear(args, parallel, fastest);
}

} // namespace awq::kernels::cpu
