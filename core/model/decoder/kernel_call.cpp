// SPDX-License-Identifier: GPL-3.0-or-later
// Threads, streams and types for calls of awq_kernels.
#include "core/tensor.h"

#include "core/model/decoder/kernel_call_torch.h"

#include <atomic>
#include <memory>
#include <string>

#include <ATen/Parallel.h>
#include <c10/core/impl/VirtualGuardImpl.h>

#include "core/error.h"

namespace awq::core {
namespace {

// One loop over indices that several threads take from. Held by every thread that may still look at it.
struct Loop {
    std::int64_t count;
    kernels::Parallel::Body body;
    void* data;
    std::atomic<std::int64_t> next{0}, done{0};

    void work() {
        std::int64_t finished = 0;
        for (std::int64_t i = next++; i < count; i = next++, ++finished)
            body(data, i);
        if (finished > 0 && (done += finished) == count)
            done.notify_all();
    }

    void wait() const {
        for (std::int64_t seen = done; seen < count; seen = done)
            done.wait(seen);
    }
};

// Torch's pool for independent tasks keeps its threads, so that a product of a few dozen microseconds can use them.
void runLoop(void*, std::int64_t count, kernels::Parallel::Body body, void* data) {
    const auto loop = std::make_shared<Loop>(count, body, data);
    for (std::int64_t i = 1; i < std::min<std::int64_t>(at::get_num_threads(), count); ++i)
        at::launch([loop] { loop->work(); });
    loop->work();
    loop->wait();
}

} // namespace

kernels::Parallel kernelThreads() {
    return {runLoop, nullptr};
}

kernels::Stream kernelStream(const at::Device& device) {
    return c10::impl::VirtualGuardImpl(device.type()).getStream(device).native_handle();
}

kernels::DType kernelType(at::ScalarType type) {
    switch (type) {
    case at::kFloat:
        return kernels::DType::float32;
    case at::kHalf:
        return kernels::DType::float16;
    case at::kBFloat16:
        return kernels::DType::bfloat16;
    default:
        throw Error(ErrorCode::internal, std::string("no kernel computes in ") + c10::toString(type));
    }
}

void requireOk(kernels::Status status, const char* operation) {
    if (status != kernels::Status::ok)
        throw Error(ErrorCode::internal, std::string(operation) + ": " + kernels::describe(status));
}

} // namespace awq::core
