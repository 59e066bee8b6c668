// SPDX-License-Identifier: GPL-3.0-or-later
// A row of float values spread over a block's registers, eight neighbours a piece, and its int8 quantization.
#pragma once

#include "kernels/cuda/launch.cuh"
#include "kernels/cuda/numeric.cuh"

namespace awq::kernels::cuda {

constexpr int largestRowBlock = 512; // threads; leaves each 128 registers

// Piece v of a thread holds the columns 8 * (threadIdx.x + v * blockDim.x) .. + 7, zeros beyond the end.
template <int pieces>
struct RowVectors {
    float values[pieces][8];
    std::int64_t columns;
    bool whole; // rows are aligned and a multiple of eight long

    __device__ std::int64_t firstColumn(int piece) const {
        return 8 * (threadIdx.x + std::int64_t(piece) * blockDim.x);
    }

    template <typename T>
    __device__ void load(const T* row) {
#pragma unroll
        for (int first = 0; first < pieces; first += atOnce)
            loadSome(row, first, *reinterpret_cast<float(*)[atOnce][8]>(&values[first]));
    }

    // a + b, rounded to T.
    template <typename T>
    __device__ void loadSum(const T* a, const T* b) {
#pragma unroll
        for (int first = 0; first < pieces; first += atOnce) {
            float left[atOnce][8], right[atOnce][8];
            if (whole) {
                loadWhole(a, first, left);
                loadWhole(b, first, right);
            } else {
                loadEdged(a, first, left);
                loadEdged(b, first, right);
            }
#pragma unroll
            for (int v = 0; v < atOnce; ++v)
#pragma unroll
                for (int i = 0; i < 8; ++i)
                    values[first + v][i] = roundTo<T>(left[v][i] + right[v][i]);
        }
    }

    template <typename T>
    __device__ void store(T* row) const {
#pragma unroll
        for (int v = 0; v < pieces; ++v)
            if (firstColumn(v) < columns)
                storeEight(row, firstColumn(v), columns, whole, values[v]);
    }

    // Calls f(value, column) for every column of the thread.
    template <typename F>
    __device__ void forEach(F f) {
#pragma unroll
        for (int v = 0; v < pieces; ++v)
#pragma unroll
            for (int i = 0; i < 8; ++i)
                if (firstColumn(v) + i < columns)
                    f(values[v][i], firstColumn(v) + i);
    }

    // Writes round(value / scale), scale = largest / 127, and the row's scale and sum. `scratch`: 32 shared floats.
    __device__ void quantize(std::int64_t row, std::int8_t* quantized, float* tokenScales, float* rowSums,
                             float* scratch) {
        float largest = 0, sum = 0;
        forEach([&](float value, std::int64_t) {
            largest = propagatingMax(largest, fabsf(value));
            sum += value;
        });
        largest = reduceBlock(largest, Largest(), scratch);
        if (rowSums)
            sum = reduceBlock(sum, Sum(), scratch);
        if (threadIdx.x == 0) {
            tokenScales[row] = __fdiv_rn(largest, 127.0f);
            if (rowSums)
                rowSums[row] = sum;
        }
        const float inverse = largest > 0 ? __fdiv_rn(127.0f, largest) : 0.0f;
        std::int8_t* out = quantized + row * columns;
#pragma unroll
        for (int v = 0; v < pieces; ++v)
            if (firstColumn(v) < columns)
                storeCodes(out, v, inverse);
    }

private:
    static constexpr int atOnce = pieces < 4 ? pieces : 4; // pieces whose loads are under way together

    template <typename T>
    __device__ void loadSome(const T* row, int first, float (&to)[atOnce][8]) const {
        whole ? loadWhole(row, first, to) : loadEdged(row, first, to);
    }

    // Without branches, so that the loads do not wait for each other: pieces beyond the end read the last one.
    template <typename T>
    __device__ void loadWhole(const T* row, int first, float (&to)[atOnce][8]) const {
#pragma unroll
        for (int v = 0; v < atOnce; ++v)
            loadEight(row + min(firstColumn(first + v), columns - 8), to[v]);
#pragma unroll
        for (int v = 0; v < atOnce; ++v)
#pragma unroll
            for (float& value : to[v])
                value = firstColumn(first + v) < columns ? value : 0.0f;
    }

    template <typename T>
    __device__ void loadEdged(const T* row, int first, float (&to)[atOnce][8]) const {
#pragma unroll
        for (int v = 0; v < atOnce; ++v)
            loadEight(row, firstColumn(first + v), columns, false, to[v]);
    }

    __device__ void storeCodes(std::int8_t* out, int piece, float inverse) const {
        std::uint32_t words[2] = {};
#pragma unroll
        for (int i = 0; i < 8; ++i) {
            const int code = __float2int_rn(fminf(fmaxf(values[piece][i] * inverse, -127.0f), 127.0f));
            words[i / 4] |= std::uint32_t(code & 255) << (8 * (i % 4));
        }
        const std::int64_t first = firstColumn(piece);
        if (columns % 8 == 0) {
            *reinterpret_cast<uint2*>(out + first) = make_uint2(words[0], words[1]);
            return;
        }
#pragma unroll
        for (int i = 0; i < 8; ++i)
            if (first + i < columns)
                out[first + i] = std::int8_t(words[i / 4] >> (8 * (i % 4)));
    }
};

// Calls f(std::integral_constant<int, pieces>(), threads) with the smallest number of pieces a block can hold a row in.
template <typename F>
Status withRowPieces(std::int64_t columns, F f) {
    const std::int64_t vectors = divideUp(columns, 8);
    const auto threads = [&](int pieces) { return unsigned(divideUp(divideUp(vectors, pieces), 32) * 32); };
    if (vectors <= 2 * largestRowBlock)
        return f(std::integral_constant<int, 2>(), threads(2));
    if (vectors <= 4 * largestRowBlock)
        return f(std::integral_constant<int, 4>(), threads(4));
    if (vectors <= 8 * largestRowBlock)
        return f(std::integral_constant<int, 8>(), threads(8));
    return f(std::integral_constant<int, 16>(), threads(16));
}

} // namespace awq::kernels::cuda
