// SPDX-License-Identifier: GPL-3.0-or-later
// Norms, activations, rotary embedding, decode attention and int8 products.
#include "kernels/activation.h"
#include "kernels/attention.h"
#include "kernels/int8_linear.h"
#include "kernels/norm.h"
#include "kernels/rope.h"
#include "tests/bench/kernel_bench/device/cases.h"

namespace awq::bench {
namespace {

using namespace awq::kernels;

class LayerBench {
public:
    LayerBench(const Options& options, DeviceTimer& timer, Measurements& measurements)
        : m_options(options), m_timer(timer), m_measurements(measurements) {}

    // Residual addition, RMSNorm, int8 result.
    void quantizedNorm(std::int64_t rows, std::int64_t columns) {
        const std::size_t size = std::size_t(rows * columns);
        const DeviceMemory input = allocateHalves(size, -1, 1), residual = allocateHalves(size, -1, 1);
        const DeviceMemory sum = allocate(size * 2), quantized = allocate(size),
                           scales = allocate(std::size_t(rows) * 4);
        NormArgs args;
        args.rows = rows;
        args.columns = columns;
        args.input = input.get();
        args.residual = residual.get();
        args.sum = sum.get();
        args.inputStride = args.residualStride = args.sumStride = columns;
        args.quantized = static_cast<std::int8_t*>(quantized.get());
        args.tokenScales = static_cast<float*>(scales.get());
        Measurement measurement{"norm", "add, rms, int8", {{"rows", rows}, {"columns", columns}}};
        measurement.bytes = 7.0 * double(size);
        time(measurement, [&](Overlap overlap) { return cuda::norm(args, m_timer.stream(), overlap); });
    }

    void siluMul(std::int64_t rows, std::int64_t columns) {
        const std::size_t size = std::size_t(rows * columns);
        const DeviceMemory gateUp = allocateHalves(2 * size, -1, 1), output = allocate(size * 2);
        ActivationArgs args;
        args.rows = rows;
        args.columns = columns;
        args.gate = gateUp.get();
        args.up = static_cast<const char*>(gateUp.get()) + 2 * columns;
        args.gateStride = args.upStride = 2 * columns;
        args.output = output.get();
        args.outputStride = columns;
        Measurement measurement{"activation", "silu times up", {{"rows", rows}, {"columns", columns}}};
        measurement.bytes = 6.0 * double(size);
        time(measurement, [&](Overlap overlap) { return cuda::activation(args, m_timer.stream(), overlap); });
    }

    void rope(std::int64_t tokens, std::int64_t heads) {
        constexpr std::int64_t headDim = 128;
        const std::size_t size = std::size_t(tokens * heads * headDim);
        const DeviceMemory data = allocateHalves(size, -1, 1), table = allocate(std::size_t(tokens * headDim * 4));
        std::vector<std::int32_t> positions(static_cast<std::size_t>(tokens));
        for (std::size_t i = 0; i < positions.size(); ++i)
            positions[i] = std::int32_t(i);
        const DeviceMemory places = allocate(positions.size() * 4);
        require(copyToDevice(places.get(), positions.data(), positions.size() * 4), "copy");
        RopeArgs args;
        args.tokens = tokens;
        args.heads = heads;
        args.headDim = args.rotaryDim = headDim;
        args.positions = static_cast<const std::int32_t*>(places.get());
        args.cosines = static_cast<const float*>(table.get());
        args.sines = args.cosines + tokens * headDim / 2;
        args.tablePositions = tokens;
        args.input = args.output = data.get();
        args.inputTokenStride = args.outputTokenStride = heads * headDim;
        args.inputHeadStride = args.outputHeadStride = headDim;
        Measurement measurement{"rope", "in place", {{"tokens", tokens}, {"heads", heads}}};
        measurement.bytes = 4.0 * double(size);
        time(measurement, [&](Overlap overlap) { return cuda::rope(args, m_timer.stream(), overlap); });
    }

    void attention(std::int64_t batch, std::int64_t keys) {
        constexpr std::int64_t heads = 32, kvHeads = 8, headDim = 128;
        const std::size_t cache = std::size_t(batch * kvHeads * keys * headDim);
        const DeviceMemory k = allocateHalves(cache, -1, 1), v = allocateHalves(cache, -1, 1);
        const DeviceMemory query = allocateHalves(std::size_t(batch * heads * headDim), -1, 1),
                           output = allocate(std::size_t(batch * heads * headDim * 2));
        const std::vector<std::int32_t> all(static_cast<std::size_t>(batch), std::int32_t(keys));
        const DeviceMemory lengths = allocate(all.size() * 4);
        require(copyToDevice(lengths.get(), all.data(), all.size() * 4), "copy");
        DecodeAttentionArgs args;
        args.batch = batch;
        args.heads = heads;
        args.kvHeads = kvHeads;
        args.headDim = headDim;
        args.scale = 0.088f;
        args.query = query.get();
        args.keys = k.get();
        args.values = v.get();
        args.tokenStride = headDim;
        args.headStride = keys * headDim;
        args.batchStride = kvHeads * keys * headDim;
        args.lengths = static_cast<const std::int32_t*>(lengths.get());
        args.maxLength = keys;
        args.output = output.get();
        args.workspaceBytes = decodeAttentionWorkspace(args);
        const DeviceMemory workspace = allocate(std::size_t(args.workspaceBytes));
        args.workspace = workspace.get();
        Measurement measurement{"decode_attention",
                                "contiguous",
                                {{"batch", batch}, {"keys", keys}, {"heads", heads}, {"kv_heads", kvHeads}}};
        measurement.bytes = 4.0 * double(cache);
        time(measurement, [&](Overlap overlap) { return cuda::decodeAttention(args, m_timer.stream(), overlap); });
    }

    void int8Linear(std::int64_t tokens, std::int64_t rows, std::int64_t columns) {
        const DeviceMemory input = allocateRandom(std::size_t(tokens * columns), 256),
                           weight = allocateRandom(std::size_t(rows * columns), 256);
        const DeviceMemory output = allocate(std::size_t(tokens * rows * 2)),
                           scales = allocate(std::size_t(tokens + rows) * 4);
        Int8LinearArgs args;
        args.tokens = tokens;
        args.rows = rows;
        args.columns = columns;
        args.input = static_cast<const std::int8_t*>(input.get());
        args.tokenScales = static_cast<const float*>(scales.get());
        args.weight = static_cast<const std::int8_t*>(weight.get());
        args.channelScales = args.tokenScales + tokens;
        args.output = output.get();
        args.outputStride = rows;
        Measurement measurement{"int8_linear", "plain", {{"tokens", tokens}, {"rows", rows}, {"columns", columns}}};
        measurement.operations = 2.0 * double(tokens) * double(rows) * double(columns);
        time(measurement, [&](Overlap overlap) { return cuda::int8Linear(args, m_timer.stream(), overlap); });
    }

private:
    void time(Measurement& measurement, const std::function<Status(Overlap)>& call) {
        if (!wanted(m_options, measurement.kernel))
            return;
        setTimes(measurement, m_timer.measure(1, repeatsOf(m_options), [&](int) {
            require(call(Overlap::no) == Status::ok, measurement.kernel.c_str());
        }));
        m_measurements.push_back(measurement);
    }

    const Options& m_options;
    DeviceTimer& m_timer;
    Measurements& m_measurements;
};

} // namespace

void measureLayers(const Options& options, DeviceTimer& timer, Measurements& measurements) {
    LayerBench bench(options, timer, measurements);
    const std::int64_t tokens = options.quick ? 64 : 8192;
    bench.quantizedNorm(tokens, 4096);
    bench.quantizedNorm(1, 4096);
    bench.siluMul(options.quick ? 16 : 4096, 14336);
    bench.rope(tokens, 32);
    bench.attention(options.quick ? 1 : 32, options.quick ? 128 : 4096);
    bench.attention(1, options.quick ? 128 : 4096);
    bench.attention(1, options.quick ? 256 : 32768);
    bench.int8Linear(tokens, 4096, 4096);
    bench.int8Linear(options.quick ? 16 : 64, 4096, 14336);
}

} // namespace awq::bench
