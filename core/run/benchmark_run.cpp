// SPDX-License-Identifier: GPL-3.0-or-later
// Times prefill and decode with a warm-up before each case.
#include "core/tensor.h"

#include "core/run/benchmark_run.h"

#include <algorithm>
#include <chrono>

#include "core/device.h"
#include "core/run/compute_place_torch.h"
#include "core/run/generator_torch.h"

namespace awq::core {
namespace {

class Stopwatch {
public:
    explicit Stopwatch(const ComputePlace& place) : m_place(place) { restart(); }
    void restart() {
        wait();
        m_start = std::chrono::steady_clock::now();
    }
    double seconds() const {
        wait();
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - m_start).count();
    }

private:
    // Work on a GPU is asynchronous: reading one value waits for it.
    void wait() const {
        if (!m_place.device.is_cpu())
            at::zeros({1}, at::TensorOptions(m_place.device)).item<float>();
    }
    ComputePlace m_place;
    std::chrono::steady_clock::time_point m_start;
};

double copySpeed(const ComputePlace& place) {
    const at::Tensor source = at::zeros({1 << 26}, at::TensorOptions(place.device).dtype(at::kFloat)); // 256 MB
    at::Tensor target = at::empty_like(source);
    target.copy_(source);
    constexpr int copies = 8;
    const Stopwatch watch(place);
    for (int i = 0; i < copies; ++i)
        target.copy_(source);
    return 2.0 * double(source.nbytes()) * copies / watch.seconds();
}

BenchmarkRow rowOf(const std::string& phase, std::int64_t batch, std::int64_t tokens, std::vector<double> times) {
    std::sort(times.begin(), times.end());
    BenchmarkRow row{phase, batch, tokens, times[times.size() / 2], times.front(), times.back()};
    row.tokensPerSecond = double(batch * tokens) / row.median;
    return row;
}

class Benchmark {
public:
    Benchmark(const BenchmarkRequest& request, RunReporter& reporter)
        : m_request(request), m_reporter(reporter), m_model(ModelFolder::open(request.model)),
          m_place(
              choosePlace(request.compute.device, request.compute.dtype, request.compute.threads, m_model.dtype())) {}

    BenchmarkResult run() {
        m_reporter.emit(Started{"benchmark", m_model.path().string(), "", m_model.blockCount(), 0});
        BenchmarkResult result;
        result.device = deviceName(m_place);
        for (const DeviceInfo& device : listDevices())
            if (device.name == result.device)
                result.device += ", " + device.description;
        result.label = m_model.quantized() ? m_model.quantized()->label() : "float";
        result.copyBytesPerSecond = copySpeed(m_place);
        const std::vector<std::int64_t> prompts = fittingPrompts();
        Generator generator(m_model, m_place, *std::max_element(prompts.begin(), prompts.end()) + m_request.newTokens,
                            m_reporter);
        m_reporter.phase(Phase::evaluating);
        std::size_t done = 0;
        for (std::int64_t batch : m_request.batches)
            for (std::int64_t prompt : prompts) {
                measure(generator, batch, prompt, result);
                m_reporter.progress(double(++done) / double(prompts.size() * m_request.batches.size()));
            }
        m_reporter.emit(Finished{"", 0, 0, m_reporter.seconds()});
        return result;
    }

private:
    std::vector<std::int64_t> fittingPrompts() {
        std::vector<std::int64_t> prompts;
        for (std::int64_t prompt : m_request.promptTokens) {
            const std::int64_t positions = m_model.spec().maximumPositions;
            if (prompt + m_request.newTokens <= positions)
                prompts.push_back(prompt);
            else
                m_reporter.warn("prompts of " + std::to_string(prompt) +
                                    " tokens are left out: with the new tokens they exceed the model's " +
                                    std::to_string(positions) + " positions",
                                m_model.path().string());
        }
        if (prompts.empty())
            badInput("no prompt length fits the model's positions", m_model.path().string(),
                     "give shorter prompts (--prompt-tokens) or fewer new tokens");
        return prompts;
    }

    void measure(Generator& generator, std::int64_t batch, std::int64_t prompt, BenchmarkResult& result) {
        const std::int64_t vocabulary = m_model.spec().embedding.vocabulary;
        const at::Tensor ids = at::randint(vocabulary, {batch, prompt}, at::TensorOptions(at::kLong));
        std::vector<double> prefill, decode;
        for (int i = 0; i < m_request.repeat + 1; ++i) { // the first warms up
            m_reporter.checkCancelled();
            generator.restart();
            Stopwatch watch(m_place);
            at::Tensor next = generator.advance(ids).argmax(1, true);
            const double prefillSeconds = watch.seconds();
            watch.restart();
            for (std::int64_t token = 0; token < m_request.newTokens; ++token)
                next = generator.advance(next).argmax(1, true);
            const double decodeSeconds = watch.seconds();
            if (i == 0)
                continue;
            prefill.push_back(prefillSeconds);
            decode.push_back(decodeSeconds);
        }
        result.rows.push_back(rowOf("prefill", batch, prompt, prefill));
        BenchmarkRow row = rowOf("decode", batch, m_request.newTokens, decode);
        row.bandwidthShare =
            double(generator.weightBytes()) * double(m_request.newTokens) / row.median / result.copyBytesPerSecond;
        result.rows.push_back(row);
    }

    const BenchmarkRequest& m_request;
    RunReporter& m_reporter;
    ModelFolder m_model;
    ComputePlace m_place;
};

} // namespace

Outcome<BenchmarkResult> runBenchmark(const BenchmarkRequest& request, EventSink& sink, std::stop_token stop) {
    const c10::InferenceMode inference;
    RunReporter reporter(sink, std::move(stop));
    try {
        return {Benchmark(request, reporter).run(), std::nullopt};
    } catch (...) {
        const Error error = errorFromCurrentException(request.compute.device);
        reporter.fail(error);
        return {std::nullopt, error};
    }
}

} // namespace awq::core
