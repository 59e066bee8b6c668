// SPDX-License-Identifier: GPL-3.0-or-later
// The CPU's packed product beside the bandwidth of its memory.
#include <atomic>
#include <chrono>
#include <thread>

#include "kernels/cpu/fast_packed_linear.h"
#include "tests/bench/kernel_bench/measurement.h"

namespace awq::bench {
namespace {

using namespace awq::kernels;

double microsecondsOf(const auto& body) {
    const auto start = std::chrono::steady_clock::now();
    body();
    return std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - start).count();
}

// Threads that wait for work between calls, as a program has them.
class Threads {
public:
    explicit Threads(unsigned count) {
        for (unsigned i = 0; i < count; ++i)
            m_threads.emplace_back([this] { work(); });
    }
    ~Threads() {
        m_generation = -1;
        m_generation.notify_all();
    }

    Parallel parallel() {
        return {[](void* self, std::int64_t count, Parallel::Body body, void* data) {
                    static_cast<Threads*>(self)->run(count, body, data);
                },
                this};
    }

    void run(std::int64_t count, Parallel::Body body, void* data) {
        m_body = body;
        m_data = data;
        m_count = count;
        m_next = 0;
        m_busy = int(m_threads.size());
        ++m_generation;
        m_generation.notify_all();
        for (int busy = m_busy; busy != 0; busy = m_busy)
            m_busy.wait(busy);
    }

    std::size_t size() const { return m_threads.size(); }

private:
    void work() {
        for (int seen = 0;;) {
            m_generation.wait(seen);
            seen = m_generation;
            if (seen < 0)
                return;
            for (std::int64_t i; (i = m_next++) < m_count;)
                m_body(m_data, i);
            if (--m_busy == 0)
                m_busy.notify_all();
        }
    }

    Parallel::Body m_body = nullptr;
    void* m_data = nullptr;
    std::int64_t m_count = 0;
    std::atomic<std::int64_t> m_next = 0;
    std::atomic<int> m_busy = 0, m_generation = 0;
    std::vector<std::jthread> m_threads;
};

void measureReading(const Options& options, Threads& threads, Measurements& measurements) {
    const std::size_t parts = threads.size() * 4;
    const std::size_t words = (options.quick ? 1u << 20 : 1u << 28) / sizeof(std::uint64_t) / parts * parts;
    struct Job {
        std::vector<std::uint64_t> memory;
        std::size_t perPart;
        std::atomic<std::uint64_t> sum = 0;
    } job{std::vector<std::uint64_t>(words, 1), words / parts};
    const auto body = [](void* data, std::int64_t part) {
        auto& job = *static_cast<Job*>(data);
        std::uint64_t sum = 0;
        const std::uint64_t* first = job.memory.data() + std::size_t(part) * job.perPart;
        for (std::size_t i = 0; i < job.perPart; ++i)
            sum += first[i];
        job.sum += sum;
    };
    Measurement measurement{"read_memory", "cpu", {{"threads", std::int64_t(threads.size())}}};
    measurement.bytes = double(words) * sizeof(std::uint64_t);
    std::vector<double> times;
    for (int i = 0; i < (options.quick ? 3 : 11); ++i)
        times.push_back(microsecondsOf([&] { threads.run(std::int64_t(parts), body, &job); }));
    setTimes(measurement, times);
    measurements.push_back(measurement);
}

void measureProduct(const Options& options, Threads& threads, const cpu::RowBlockVariant& variant, int bits,
                    std::int64_t tokens, Measurements& measurements) {
    const std::int64_t columns = options.quick ? 256 : 4096, rows = options.quick ? 256 : 14336;
    const PackedLayout layout{bits, rows, columns, 128};
    const int copies = options.quick ? 1 : 6; // more than the caches hold
    std::vector<std::vector<std::uint8_t>> packed(std::size_t(copies),
                                                  std::vector<std::uint8_t>(std::size_t(layout.bytes()), 0x35));
    std::vector<float> input(std::size_t(tokens * columns), 0.5f), output(std::size_t(tokens * rows));
    PackedLinearArgs args;
    args.weight = {layout, DType::float16, nullptr};
    args.type = DType::float32;
    args.tokens = tokens;
    args.input = input.data();
    args.inputStride = columns;
    args.output = output.data();
    args.outputStride = rows;
    Measurement measurement{"packed_linear",
                            std::string("cpu ") + variant.name,
                            {{"bits", bits},
                             {"tokens", tokens},
                             {"columns", columns},
                             {"rows", rows},
                             {"group_size", 128},
                             {"threads", std::int64_t(threads.size())}}};
    measurement.bytes = double(layout.bytes());
    measurement.operations = 2.0 * double(tokens * columns * rows);
    std::vector<double> times;
    for (int i = 0; i < (options.quick ? 3 : 12); ++i) {
        args.weight.data = packed[std::size_t(i % copies)].data();
        times.push_back(microsecondsOf([&] { cpu::fastPackedLinear(args, threads.parallel(), variant.function); }));
    }
    setTimes(measurement, times);
    measurements.push_back(measurement);
}

} // namespace

void measureCpu(const Options& options, Measurements& measurements) {
    Threads threads(std::max(1u, std::thread::hardware_concurrency()));
    if (wanted(options, "read_memory"))
        measureReading(options, threads, measurements);
    if (!wanted(options, "packed_linear"))
        return;
    for (const cpu::RowBlockVariant& variant : cpu::rowBlockVariants())
        for (const int bits : {4, 3})
            for (const std::int64_t tokens : {1, 4})
                measureProduct(options, threads, variant, bits, tokens, measurements);
}

} // namespace awq::bench
