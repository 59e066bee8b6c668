// SPDX-License-Identifier: GPL-3.0-or-later
// Measures every path of a linear on random weights.
#include "core/tensor.h"

#include "core/run/kernel_benchmark_run.h"

#include <algorithm>
#include <memory>
#include <random>

#include "core/device.h"
#include "core/model/decoder/packed_linear_torch.h"
#include "core/run/compute_place_torch.h"
#include "core/run/product_timer_torch.h"
#include "core/run/run_reporter.h"
#include "kernels/device.h"

namespace awq::core {
namespace {

QuantizedWeight randomWeight(const KernelBenchmarkRequest& request, const ComputePlace& place) {
    QuantizedWeight weight{request.rows, request.columns, request.bits, request.groupSize};
    const auto groups = std::size_t(request.rows * (request.columns / request.groupSize));
    std::mt19937 random(1);
    weight.codes.resize(std::size_t(request.rows * request.columns));
    for (std::uint8_t& code : weight.codes)
        code = std::uint8_t(random() >> (32 - request.bits));
    weight.zeros.assign(groups, std::uint8_t(1 << (request.bits - 1)));
    weight.scales.assign(groups, 1.0F / 128);
    weight.scaleType = place.dtype == at::kBFloat16 ? DType::BF16 : DType::F16;
    return weight;
}

ComputePlace placeOf(const KernelBenchmarkRequest& request) {
    const ComputeOptions& options = request.compute;
    return choosePlace(options.device, options.dtype, options.threads, DType::F16);
}

class KernelBenchmark {
public:
    KernelBenchmark(const KernelBenchmarkRequest& request, RunReporter& reporter)
        : m_request(request), m_reporter(reporter), m_place(placeOf(request)), m_timer(m_place.device) {}

    KernelBenchmarkResult run() {
        m_reporter.emit(Started{"bench-kernels", "", "", 0, 0});
        m_reporter.phase(Phase::reading);
        describeDevice();
        makeWeights();
        m_result.copyBytesPerSecond = copySpeed();
        m_reporter.phase(Phase::evaluating);
        for (std::size_t i = 0; i < m_request.tokens.size(); ++i) {
            measure(m_request.tokens[i]);
            m_reporter.progress(double(i + 1) / double(m_request.tokens.size()));
        }
        m_result.gemmFrom = crossover("gemv", "gemm");
        m_result.floatFrom = crossover("automatic", "float");
        m_reporter.emit(Finished{"", 0, 0, m_reporter.seconds()});
        return std::move(m_result);
    }

private:
    at::TensorOptions options() const { return at::TensorOptions(m_place.device).dtype(m_place.dtype); }

    void describeDevice() {
        m_result.gpu = !m_place.device.is_cpu();
        m_result.dtype = c10::toString(m_place.dtype);
        m_result.device = deviceName(m_place);
        kernels::DeviceInfo info;
        if (m_result.gpu && kernels::queryDevice(m_place.device.index(), info)) {
            m_result.device += std::string(", ") + info.name;
            m_result.driver =
                std::to_string(info.driverVersion / 1000) + "." + std::to_string(info.driverVersion % 1000 / 10);
        } else {
            m_result.device +=
                ", " + listDevices().front().description + ", " + std::to_string(at::get_num_threads()) + " threads";
        }
    }

    void makeWeights() {
        const auto usage = [](const std::string& what) { throw Error(ErrorCode::usage, what, "bench-kernels"); };
        if (m_request.groupSize <= 0 || m_request.columns % m_request.groupSize != 0)
            usage("groups of " + std::to_string(m_request.groupSize) + " do not divide " +
                  std::to_string(m_request.columns) + " columns");
        const QuantizedWeight weight = randomWeight(m_request, m_place);
        if (!PackedLinear::canHold(weight, m_place.device, m_place.dtype))
            usage("no packed product has these bits, groups, columns and dtype on " + deviceName(m_place));
        const at::Tensor workspace = PackedLinear::makeWorkspace(m_place.device);
        do {
            m_reporter.checkCancelled();
            m_packed.push_back(std::make_unique<PackedLinear>(weight, m_place.device, m_place.dtype, workspace));
        } while (int(m_packed.size()) < ProductTimer::copiesFor(m_packed.front()->bytes()));
        const at::Tensor first = at::rand({m_request.rows, m_request.columns}, options()) - 0.5;
        for (int i = 0; i < ProductTimer::copiesFor(std::int64_t(first.nbytes())); ++i)
            m_float.push_back(first.clone());
        m_result.packedBytes = m_packed.front()->bytes();
        m_result.floatBytes = std::int64_t(first.nbytes());
    }

    double copySpeed() {
        const at::Tensor source =
            at::ones({std::int64_t(1) << 26}, at::TensorOptions(m_place.device).dtype(at::kFloat));
        at::Tensor target = at::empty_like(source);
        const auto seconds = m_timer.measure(1, m_request.repeat, [&](int) { target.copy_(source); });
        return 2.0 * double(source.nbytes()) / *std::min_element(seconds.begin(), seconds.end());
    }

    void measure(std::int64_t tokens) {
        const at::Tensor input = at::rand({tokens, m_request.columns}, options()) - 0.5;
        at::Tensor output = at::empty({tokens, m_request.rows}, options());
        add("float", tokens, m_result.floatBytes, int(m_float.size()),
            [&](int copy) { at::mm_out(output, input, m_float[std::size_t(copy)].t()); });
        using Way = PackedLinear::Way;
        for (const auto& [path, way] :
             {std::pair{"gemv", Way::fewTokens}, {"gemm", Way::manyTokens}, {"automatic", Way::automatic}})
            if (m_packed.front()->multiply(input, {}, output, way))
                add(path, tokens, m_result.packedBytes, int(m_packed.size()),
                    [&, chosen = way](int copy) { m_packed[std::size_t(copy)]->multiply(input, {}, output, chosen); });
    }

    void add(const std::string& path, std::int64_t tokens, std::int64_t weightBytes, int copies,
             const std::function<void(int)>& call) {
        m_reporter.checkCancelled();
        std::vector<double> seconds = m_timer.measure(copies, m_request.repeat, call);
        std::sort(seconds.begin(), seconds.end());
        KernelBenchmarkRow row{path, tokens, seconds[seconds.size() / 2], seconds.front(), seconds.back()};
        const double values = double(tokens * (m_request.rows + m_request.columns));
        row.bytesPerSecond = (double(weightBytes) + values * double(c10::elementSize(m_place.dtype))) / row.median;
        row.operationsPerSecond =
            2.0 * double(tokens) * double(m_request.rows) * double(m_request.columns) / row.median;
        m_result.rows.push_back(row);
    }

    double medianOf(const std::string& path, std::int64_t tokens) const {
        for (const KernelBenchmarkRow& row : m_result.rows)
            if (row.path == path && row.tokens == tokens)
                return row.median;
        return 0; // not measured
    }

    // The smallest number of tokens from which on `later` is always faster than `first`.
    std::int64_t crossover(const std::string& first, const std::string& later) const {
        std::vector<std::int64_t> tokens = m_request.tokens;
        std::sort(tokens.rbegin(), tokens.rend());
        std::int64_t from = 0;
        for (const std::int64_t count : tokens) {
            const double early = medianOf(first, count), late = medianOf(later, count);
            if (late == 0 || (early > 0 && early <= late))
                break;
            from = count;
        }
        return from;
    }

    const KernelBenchmarkRequest& m_request;
    RunReporter& m_reporter;
    ComputePlace m_place;
    ProductTimer m_timer;
    std::vector<std::unique_ptr<PackedLinear>> m_packed; // copies
    std::vector<at::Tensor> m_float;
    KernelBenchmarkResult m_result;
};

} // namespace

Outcome<KernelBenchmarkResult> runKernelBenchmark(const KernelBenchmarkRequest& request, EventSink& sink,
                                                  std::stop_token stop) {
    const c10::InferenceMode inference;
    RunReporter reporter(sink, std::move(stop));
    try {
        return {KernelBenchmark(request, reporter).run(), std::nullopt};
    } catch (...) {
        const Error error = errorFromCurrentException(request.compute.device);
        reporter.fail(error);
        return {std::nullopt, error};
    }
}

} // namespace awq::core
