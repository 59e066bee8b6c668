// SPDX-License-Identifier: GPL-3.0-or-later
// Threads live for one loop only: starting one costs some ten microseconds, a piece takes milliseconds.
#include "core/tensor.h"

#include "core/quant/search/workers_torch.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace awq::core {
namespace {

class Loop {
public:
    Loop(std::int64_t count, const std::function<void(std::int64_t)>& work) : m_count(count), m_work(work) {}

    void run() noexcept { // on each thread
        try {
            at::set_num_threads(1); // of this thread; also what threads of the tensor library start with from now on
            const c10::InferenceMode inference;
            for (std::int64_t i = m_next++; i < m_count; i = m_next++)
                m_work(i);
        } catch (...) {
            m_next = m_count;
            const std::lock_guard lock(m_mutex);
            if (!m_error)
                m_error = std::current_exception();
        }
    }

    void rethrow() const {
        if (m_error)
            std::rethrow_exception(m_error);
    }

private:
    std::int64_t m_count;
    const std::function<void(std::int64_t)>& m_work;
    std::atomic<std::int64_t> m_next{0};
    std::mutex m_mutex;
    std::exception_ptr m_error;
};

} // namespace

Workers::Workers(int threads)
    : m_threads(threads > 0 ? threads : int(std::max(1U, std::thread::hardware_concurrency()))) {}

void Workers::forEach(std::int64_t count, const std::function<void(std::int64_t)>& work) const {
    if (count <= 1 || m_threads == 1) {
        for (std::int64_t i = 0; i < count; ++i)
            work(i);
        return;
    }
    const int ownThreads = at::get_num_threads();
    Loop loop(count, work);
    {
        std::vector<std::jthread> threads;
        for (std::int64_t i = 0; i < std::min<std::int64_t>(count, m_threads); ++i)
            threads.emplace_back([&loop] { loop.run(); });
    }
    at::set_num_threads(ownThreads);
    loop.rethrow();
}

std::int64_t Workers::rowsAtATime(const at::Tensor& matrix) {
    constexpr std::int64_t elements = 1 << 16;
    if (!matrix.device().is_cpu())
        return std::max<std::int64_t>(1, matrix.size(0));
    return std::max<std::int64_t>(1, elements / matrix.size(1));
}

at::Tensor Workers::mapRows(const at::Tensor& matrix,
                            const std::function<at::Tensor(const at::Tensor& rows)>& map) const {
    const std::int64_t step = rowsAtATime(matrix), rows = matrix.size(0);
    if (step >= rows)
        return map(matrix);
    at::Tensor result = at::empty_like(matrix);
    forEach((rows + step - 1) / step, [&](std::int64_t i) {
        const std::int64_t count = std::min(step, rows - i * step);
        result.narrow(0, i * step, count).copy_(map(matrix.narrow(0, i * step, count)));
    });
    return result;
}

} // namespace awq::core
