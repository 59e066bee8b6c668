// SPDX-License-Identifier: GPL-3.0-or-later
// The search kernels on shapes of a 7B block, float16.
#include "kernels/clip_search.h"
#include "kernels/group_gram.h"
#include "kernels/quantize_dequantize.h"
#include "kernels/row_reductions.h"
#include "tests/bench/kernel_bench/device/cases.h"

namespace awq::bench {
namespace {

using namespace awq::kernels;

std::vector<std::pair<std::string, std::int64_t>> shapeOf(std::int64_t rows, std::int64_t columns,
                                                          std::int64_t groupSize) {
    return {{"rows", rows}, {"columns", columns}, {"group_size", groupSize}};
}

class SearchBench {
public:
    SearchBench(const Options& options, DeviceTimer& timer, Measurements& measurements)
        : m_options(options), m_timer(timer), m_measurements(measurements), m_rows(options.quick ? 256 : 4096),
          m_columns(options.quick ? 512 : 4096), m_tokens(options.quick ? 256 : 65536),
          m_weight(allocateHalves(std::size_t(m_rows * m_columns), -0.05f, 0.06f)),
          m_output(allocate(std::size_t(m_rows * m_columns * 2))),
          m_floats(allocate(std::size_t(m_columns * 128 * 4 + m_columns * 4))) {
        // Ones serve as channel scales, norms and factors.
        std::vector<float> ones(std::size_t(m_columns), 1.0f);
        m_ones = allocate(ones.size() * 4);
        require(copyToDevice(m_ones.get(), ones.data(), ones.size() * 4), "copy");
    }

    void roundTrip(std::int64_t groupSize) {
        QuantizeDequantizeArgs args{DType::float16, {4, groupSize}, m_rows, m_columns, m_weight.get()};
        args.channelScales = static_cast<const float*>(m_ones.get());
        args.output = m_output.get();
        Measurement measurement{"quantize_dequantize", "plain", shapeOf(m_rows, m_columns, groupSize)};
        measurement.bytes = 4.0 * double(m_rows * m_columns);
        time(measurement, [&] { cuda::quantizeDequantize(args, m_timer.stream()); });
    }

    void clip(std::int64_t groupSize) {
        const DeviceMemory correlations = allocateHalves(std::size_t(m_columns * groupSize), -0.1f, 0.1f);
        const DeviceMemory limits = allocate(std::size_t(m_rows * m_columns / groupSize * 2));
        ClipSearchArgs args{DType::float16,
                            {4, groupSize},
                            m_rows,
                            m_columns,
                            m_weight.get(),
                            static_cast<const float*>(m_ones.get()),
                            correlations.get(),
                            10};
        for (int i = 0; i < 10; ++i)
            args.fractions[i] = 1.0f - 0.05f * float(i);
        args.limits = limits.get();
        Measurement measurement{"clip_search", "plain", shapeOf(m_rows, m_columns, groupSize)};
        measurement.bytes = 2.0 * double(m_rows * m_columns);
        measurement.operations = 20.0 * double(groupSize) * double(m_rows * m_columns);
        time(measurement, [&] { cuda::clipSearch(args, m_timer.stream()); });
    }

    void gram(std::int64_t groupSize) {
        const DeviceMemory input = allocateHalves(std::size_t(m_tokens * m_columns), -1, 1);
        GroupGramArgs args{DType::float16, m_tokens, m_columns, groupSize, input.get(), m_columns};
        args.gram = static_cast<float*>(m_floats.get());
        args.magnitude = args.gram + m_columns * 128;
        args.workspaceBytes = groupGramWorkspace(args);
        const DeviceMemory workspace = allocate(std::size_t(args.workspaceBytes));
        args.workspace = workspace.get();
        Measurement measurement{"group_gram", "plain", shapeOf(m_tokens, m_columns, groupSize)};
        measurement.bytes = 2.0 * double(m_tokens * m_columns);
        measurement.operations = 2.0 * double(groupSize) * double(m_tokens * m_columns);
        time(measurement, [&] { cuda::groupGram(args, m_timer.stream()); });
    }

    void reduction() {
        RowReductionArgs args{RowReductionArgs::Kind::squaredDifference,
                              DType::float16,
                              m_rows,
                              m_columns,
                              m_weight.get(),
                              m_columns,
                              m_output.get(),
                              m_columns};
        args.sums = static_cast<float*>(m_floats.get());
        Measurement measurement{"row_reduction", "plain", shapeOf(m_rows, m_columns, 0)};
        measurement.bytes = 4.0 * double(m_rows * m_columns);
        time(measurement, [&] { cuda::rowReduction(args, m_timer.stream()); });
    }

private:
    void time(Measurement& measurement, const std::function<void()>& call) {
        if (!wanted(m_options, measurement.kernel))
            return;
        setTimes(measurement, m_timer.measure(1, repeatsOf(m_options), [&](int) { call(); }));
        m_measurements.push_back(measurement);
    }

    const Options& m_options;
    DeviceTimer& m_timer;
    Measurements& m_measurements;
    std::int64_t m_rows, m_columns, m_tokens;
    DeviceMemory m_weight, m_output, m_floats;
    DeviceMemory m_ones{nullptr, releaseOnDevice};
};

} // namespace

void measureSearchKernels(const Options& options, DeviceTimer& timer, Measurements& measurements) {
    SearchBench bench(options, timer, measurements);
    for (const std::int64_t groupSize : {32, 64, 128}) {
        bench.roundTrip(groupSize);
        bench.clip(groupSize);
        bench.gram(groupSize);
    }
    bench.reduction();
}

} // namespace awq::bench
