// SPDX-License-Identifier: GPL-3.0-or-later
// Instructions that C++ has no word for: asynchronous copies, matrix fragments, tensor core products, and the order of
// overlapping kernels. Everything here runs on compute capability 8.0 and newer.
#pragma once

#include <cuda_bf16.h>
#include <cuda_fp16.h>

#include <cstdint>

namespace awq::kernels::cuda {

__device__ inline std::uint32_t sharedAddress(const void* pointer) {
    return static_cast<std::uint32_t>(__cvta_generic_to_shared(pointer));
}

// Lets the next kernel of the stream start its set-up (Overlap::yes).
__device__ inline void allowNextKernel() {
#if __CUDA_ARCH__ >= 900
    asm volatile("griddepcontrol.launch_dependents;" ::: "memory");
#endif
}

// Waits until the kernels before this one have finished.
__device__ inline void awaitPreviousKernel() {
#if __CUDA_ARCH__ >= 900
    asm volatile("griddepcontrol.wait;" ::: "memory");
#endif
}

// Sixteen bytes from global to shared memory, zeros when not `present`.
__device__ inline void copyAsync16(std::uint32_t to, const void* from, bool present) {
    asm volatile("cp.async.cg.shared.global [%0], [%1], 16, %2;" ::"r"(to), "l"(from), "r"(present ? 16 : 0)
                 : "memory");
}

__device__ inline void commitCopies() {
    asm volatile("cp.async.commit_group;" ::: "memory");
}

// Waits until at most `pending` of the latest groups are under way.
template <int pending>
__device__ void awaitCopies() {
    asm volatile("cp.async.wait_group %0;" ::"n"(pending) : "memory");
}

// Four 8x8 matrices of 16-bit elements; lanes 8i..8i+7 give the row addresses of matrix i.
#define AWQ_LOAD_MATRICES(name, form)                                                                                  \
    __device__ inline uint4 name(std::uint32_t address) {                                                              \
        uint4 m;                                                                                                       \
        asm volatile("ldmatrix.sync.aligned.m8n8.x4." form "shared.b16 {%0, %1, %2, %3}, [%4];"                        \
                     : "=r"(m.x), "=r"(m.y), "=r"(m.z), "=r"(m.w)                                                      \
                     : "r"(address)                                                                                    \
                     : "memory");                                                                                      \
        return m;                                                                                                      \
    }

AWQ_LOAD_MATRICES(loadMatrices, "")
AWQ_LOAD_MATRICES(loadMatricesTransposed, "trans.")
#undef AWQ_LOAD_MATRICES

__device__ inline uint4 loadShared16(std::uint32_t address) {
    uint4 v;
    asm volatile("ld.shared.v4.u32 {%0, %1, %2, %3}, [%4];"
                 : "=r"(v.x), "=r"(v.y), "=r"(v.z), "=r"(v.w)
                 : "r"(address)
                 : "memory");
    return v;
}

__device__ inline void storeShared16(std::uint32_t address, uint4 v) {
    asm volatile("st.shared.v4.u32 [%0], {%1, %2, %3, %4};" ::"r"(address), "r"(v.x), "r"(v.y), "r"(v.z), "r"(v.w)
                 : "memory");
}

// c += a b with a 16x16 (rows gr and gr + 8, columns 2t and 2t + 8 of lane 4 gr + t), b 16x8, c 16x8 in float32.
template <typename T>
__device__ void multiplyAdd(float (&c)[4], std::uint32_t a0, std::uint32_t a1, std::uint32_t a2, std::uint32_t a3,
                            std::uint32_t b0, std::uint32_t b1);
#define AWQ_MULTIPLY_ADD(Element, type)                                                                                \
    template <>                                                                                                        \
    __device__ inline void multiplyAdd<Element>(float(&c)[4], std::uint32_t a0, std::uint32_t a1, std::uint32_t a2,    \
                                                std::uint32_t a3, std::uint32_t b0, std::uint32_t b1) {                \
        asm("mma.sync.aligned.m16n8k16.row.col.f32." type "." type ".f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, "         \
            "{%8, %9}, {%0, %1, %2, %3};"                                                                              \
            : "+f"(c[0]), "+f"(c[1]), "+f"(c[2]), "+f"(c[3])                                                           \
            : "r"(a0), "r"(a1), "r"(a2), "r"(a3), "r"(b0), "r"(b1));                                                   \
    }

AWQ_MULTIPLY_ADD(__half, "f16")
AWQ_MULTIPLY_ADD(__nv_bfloat16, "bf16")
#undef AWQ_MULTIPLY_ADD

} // namespace awq::kernels::cuda
