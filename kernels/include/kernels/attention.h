// SPDX-License-Identifier: GPL-3.0-or-later
// Attention of one new query per sample over its cached keys and values (decode).
#pragma once

#include <cstdint>

#include "kernels/device.h"
#include "kernels/dtype.h"
#include "kernels/status.h"

namespace awq::kernels {

// out[b,h] = softmax_j(scale * q[b,h] . K[b,h',j] + slope[h] * (j - last)) V[b,h',:], h' = h / (heads / kvHeads), over
// keys j in [max(0, length - window), length), last = length - 1. Float32 softmax and sums.
// Key j of sample b, kv head h' is at b * batchStride + h' * headStride + j * tokenStride; in a paged cache at
// blockTable[b, j / pageSize] * pageStride + h' * headStride + (j % pageSize) * tokenStride. Values likewise.
struct DecodeAttentionArgs {
    DType type = DType::float16;                    // of query, keys, values, output
    std::int64_t batch = 0, heads = 0, kvHeads = 0; // heads a multiple of kvHeads
    std::int64_t headDim = 0;                       // multiple of 8 up to 256; CUDA: 64, 80, 96, 128, 160, 192 or 256
    float scale = 1;
    const void* query = nullptr; // [batch, heads, headDim], contiguous
    const void* keys = nullptr;
    const void* values = nullptr;                 // strides as for the keys
    std::int64_t batchStride = 0;                 // elements between samples, contiguous cache
    std::int64_t headStride = 0, tokenStride = 0; // elements
    const std::int32_t* blockTable = nullptr;     // [batch, blockTableStride] page numbers, or null: contiguous
    std::int64_t blockTableStride = 0;
    std::int64_t pageSize = 0;             // tokens in a page
    std::int64_t pageStride = 0;           // elements between pages
    const std::int32_t* lengths = nullptr; // [batch] keys of each sample, the newest included; 0 gives zeros
    std::int64_t maxLength = 0;            // at least every length
    std::int64_t window = 0;               // 0: all keys
    const float* slopes = nullptr;         // [heads] ALiBi, or null
    void* output = nullptr;                // [batch, heads, headDim], contiguous
    void* workspace = nullptr;             // CUDA: decodeAttentionWorkspace bytes; contents do not matter
    std::int64_t workspaceBytes = 0;
};

std::int64_t decodeAttentionWorkspace(const DecodeAttentionArgs& args);

namespace cpu {
Status decodeAttention(const DecodeAttentionArgs& args);
}
namespace cuda {
Status decodeAttention(const DecodeAttentionArgs& args, Stream stream, Overlap overlap = Overlap::no);
}

} // namespace awq::kernels
