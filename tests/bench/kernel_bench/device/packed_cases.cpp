// SPDX-License-Identifier: GPL-3.0-or-later
// Packed products over shapes and numbers of tokens, every path, beside cuBLAS on the unpacked float16 weight.
#include <cublas_v2.h>

#include <cstdio>

#include "kernels/packed_linear.h"
#include "kernels/packing.h"
#include "tests/bench/kernel_bench/device/cases.h"

namespace awq::bench {
namespace {

using namespace awq::kernels;

struct Shape {
    std::int64_t columns, rows;
    std::vector<std::int64_t> tokens;
};

const std::vector<Shape> fullShapes = {
    {8192, 28672, {1, 2, 4, 8, 16, 32, 64, 128, 1024, 4096}},
    {4096, 14336, {1, 2, 4, 8, 16, 17, 32, 64, 128, 256, 512, 1024}},
    {4096, 4096, {1, 8, 16, 32, 64, 256, 4096}},
    {14336, 4096, {1, 8, 16, 64}},
    {4096, 11008, {1, 16}},
    {11008, 4096, {1, 16}},
    {8192, 8192, {1, 8, 16}},
};

// A packed matrix on the device, several times.
class Weights {
public:
    explicit Weights(const PackedLayout& layout)
        : m_layout(layout), m_copies(copiesFor(std::size_t(layout.bytes()))),
          m_packed(allocate(std::size_t(m_copies * layout.bytes()))) {
        const DeviceMemory codes = allocateRandom(std::size_t(layout.rows * layout.columns), 1 << layout.bits);
        const DeviceMemory zeros = allocateRandom(std::size_t(layout.rows * layout.groups()), 1 << layout.bits);
        const DeviceMemory scales = allocateHalves(std::size_t(layout.rows * layout.groups()), 0.002f, 0.01f);
        const PackArgs args{layout,
                            DType::float16,
                            static_cast<const std::uint8_t*>(codes.get()),
                            static_cast<const std::uint8_t*>(zeros.get()),
                            DType::float16,
                            scales.get(),
                            m_packed.get()};
        require(cuda::pack(args, nullptr) == Status::ok, "packing");
        for (int i = 1; i < m_copies; ++i)
            cudaMemcpyAsync(data(i), data(0), std::size_t(layout.bytes()), cudaMemcpyDeviceToDevice);
        require(cudaDeviceSynchronize(), "packing");
    }

    int copies() const { return m_copies; }
    std::uint8_t* data(int copy) const { return static_cast<std::uint8_t*>(m_packed.get()) + copy * m_layout.bytes(); }
    PackedWeight weight(int copy) const { return {m_layout, DType::float16, data(copy)}; }

private:
    PackedLayout m_layout;
    int m_copies;
    DeviceMemory m_packed;
};

Measurement describe(const PackedLayout& layout, std::int64_t tokens, std::string variant) {
    Measurement measurement{"packed_linear",
                            std::move(variant),
                            {{"bits", layout.bits},
                             {"tokens", tokens},
                             {"columns", layout.columns},
                             {"rows", layout.rows},
                             {"group_size", layout.groupSize}}};
    measurement.bytes = double(layout.bytes()) + 2.0 * double(tokens * (layout.rows + layout.columns));
    measurement.operations = 2.0 * double(tokens) * double(layout.rows) * double(layout.columns);
    return measurement;
}

class PackedBench {
public:
    PackedBench(const Options& options, DeviceTimer& timer, const PackedLayout& layout, std::int64_t mostTokens,
                Measurements& measurements)
        : m_options(options), m_timer(timer), m_layout(layout), m_weights(layout),
          m_input(allocateHalves(std::size_t(mostTokens * layout.columns), -1.5f, 1.6f)),
          m_output(allocate(std::size_t(mostTokens * layout.rows * 2))), m_measurements(measurements) {}

    void run(std::int64_t tokens) {
        measure(tokens, "plain", Overlap::no, LinearPath::automatic);
        if (tokens <= 512)
            measure(tokens, "overlap", Overlap::yes, LinearPath::automatic);
        if (tokens == 16)
            measure(tokens, "matrix", Overlap::no, LinearPath::matrix);
        if (tokens == 1 || tokens == 64)
            measure(tokens, "portable", Overlap::no, LinearPath::portable);
    }

private:
    void measure(std::int64_t tokens, const char* variant, Overlap overlap, LinearPath path) {
        PackedLinearArgs args;
        args.tokens = tokens;
        args.input = m_input.get();
        args.inputStride = m_layout.columns;
        args.output = m_output.get();
        args.outputStride = m_layout.rows;
        args.weight = m_weights.weight(0);
        args.workspaceBytes = packedLinearWorkspace(args);
        const DeviceMemory workspace = allocate(std::size_t(args.workspaceBytes));
        args.workspace = workspace.get();
        Measurement measurement = describe(m_layout, tokens, variant);
        bool known = true;
        setTimes(measurement, m_timer.measure(m_weights.copies(), repeatsOf(m_options), [&](int copy) {
            args.weight = m_weights.weight(copy);
            known = cuda::packedLinear(args, m_timer.stream(), overlap, path) == Status::ok && known;
        }));
        if (known)
            m_measurements.push_back(measurement);
        else
            std::fprintf(stderr, "packed_linear %s: no kernel for %d tokens\n", variant, int(tokens));
    }

    const Options& m_options;
    DeviceTimer& m_timer;
    PackedLayout m_layout;
    Weights m_weights;
    DeviceMemory m_input, m_output;
    Measurements& m_measurements;
};

class Cublas {
public:
    explicit Cublas(cudaStream_t stream) {
        constexpr std::size_t workspaceBytes = 64u << 20;
        m_workspace = allocate(workspaceBytes);
        require(cublasCreate(&m_handle) == CUBLAS_STATUS_SUCCESS, "cuBLAS");
        cublasSetStream(m_handle, stream);
        cublasSetWorkspace(m_handle, m_workspace.get(), workspaceBytes);
    }
    ~Cublas() { cublasDestroy(m_handle); }
    Cublas(const Cublas&) = delete;
    Cublas& operator=(const Cublas&) = delete;

    // float16 [tokens, columns] times weight [rows, columns], float32 sums.
    void multiply(const Shape& shape, std::int64_t tokens, const void* weight, const void* input, void* output) {
        const float one = 1, zero = 0;
        cublasGemmEx(m_handle, CUBLAS_OP_T, CUBLAS_OP_N, int(shape.rows), int(tokens), int(shape.columns), &one, weight,
                     CUDA_R_16F, int(shape.columns), input, CUDA_R_16F, int(shape.columns), &zero, output, CUDA_R_16F,
                     int(shape.rows), CUBLAS_COMPUTE_32F, CUBLAS_GEMM_DEFAULT);
    }

private:
    DeviceMemory m_workspace{nullptr, releaseOnDevice};
    cublasHandle_t m_handle;
};

// What a packed product has to beat at many tokens: the weight unpacked for this one product, then cuBLAS.
void measureUnpacked(const Options& options, DeviceTimer& timer, const Shape& shape, Measurements& measurements) {
    constexpr std::int64_t fewest = 256; // tokens
    const PackedLayout layout{4, shape.rows, shape.columns, 128};
    const Weights weights(layout);
    const std::int64_t mostTokens = shape.tokens.back();
    const DeviceMemory input = allocateHalves(std::size_t(mostTokens * shape.columns), -1.5f, 1.6f);
    const DeviceMemory output = allocate(std::size_t(mostTokens * shape.rows * 2)),
                       values = allocate(std::size_t(shape.rows * shape.columns * 2));
    Cublas cublas(timer.stream());
    for (const std::int64_t tokens : shape.tokens) {
        if (tokens < fewest && !options.quick)
            continue;
        Measurement measurement = describe(layout, tokens, "unpack, cublas");
        setTimes(measurement, timer.measure(weights.copies(), repeatsOf(options), [&](int copy) {
            UnpackArgs args;
            args.weight = weights.weight(copy);
            args.values = values.get();
            cuda::unpack(args, timer.stream());
            cublas.multiply(shape, tokens, values.get(), input.get(), output.get());
        }));
        measurements.push_back(measurement);
    }
}

// float16 weights, float32 sums.
void measureCublas(const Options& options, DeviceTimer& timer, const Shape& shape, Measurements& measurements) {
    const std::size_t size = std::size_t(shape.rows * shape.columns);
    const int copies = copiesFor(size * 2);
    const std::int64_t mostTokens = shape.tokens.back();
    const DeviceMemory weights = allocateHalves(size * std::size_t(copies), -0.05f, 0.05f);
    const DeviceMemory input = allocateHalves(std::size_t(mostTokens * shape.columns), -1.5f, 1.6f);
    const DeviceMemory output = allocate(std::size_t(mostTokens * shape.rows * 2));
    Cublas cublas(timer.stream());
    for (const std::int64_t tokens : shape.tokens) {
        Measurement measurement = describe({4, shape.rows, shape.columns, 128}, tokens, "cublas float16");
        measurement.bytes = 2.0 * (double(size) + double(tokens * (shape.rows + shape.columns)));
        setTimes(measurement, timer.measure(copies, repeatsOf(options), [&](int copy) {
            cublas.multiply(shape, tokens, static_cast<const char*>(weights.get()) + std::size_t(copy) * size * 2,
                            input.get(), output.get());
        }));
        measurements.push_back(measurement);
    }
}

} // namespace

void measurePackedLinears(const Options& options, DeviceTimer& timer, Measurements& measurements) {
    if (!wanted(options, "packed_linear"))
        return;
    const std::vector<Shape> quickShapes = {{256, 512, {1, 16, 64}}};
    for (const Shape& shape : options.quick ? quickShapes : fullShapes) {
        PackedBench int4(options, timer, {4, shape.rows, shape.columns, 128}, shape.tokens.back(), measurements);
        for (const std::int64_t tokens : shape.tokens)
            int4.run(tokens);
        if (!options.compareOther)
            continue;
        measureCublas(options, timer, shape, measurements);
        measureUnpacked(options, timer, shape, measurements);
    }
    const Shape& shape = options.quick ? quickShapes[0] : fullShapes[1];
    const Shape& large = options.quick ? quickShapes[0] : fullShapes[0];
    for (const Shape* one : {&large, &shape}) {
        PackedBench int3(options, timer, {3, one->rows, one->columns, 128}, 64, measurements);
        for (const std::int64_t tokens : {1, 4, 16, 64})
            int3.run(tokens);
    }
    for (const std::int64_t groupSize : {32, 64}) {
        PackedBench small(options, timer, {4, shape.rows, shape.columns, groupSize}, 256, measurements);
        for (const std::int64_t tokens : {1, 256})
            small.run(tokens);
    }
}

} // namespace awq::bench
