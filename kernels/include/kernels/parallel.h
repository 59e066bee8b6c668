// SPDX-License-Identifier: GPL-3.0-or-later
// How CPU kernels spread work over the caller's threads.
#pragma once

#include <cstdint>

namespace awq::kernels {

// Calls run(context, count, body, data), which must call body(data, i) once for every i in [0, count), in any order and
// on any threads, and return when all are done. Null: one after the other on the calling thread.
struct Parallel {
    using Body = void (*)(void* data, std::int64_t index);
    void (*run)(void* context, std::int64_t count, Body body, void* data) = nullptr;
    void* context = nullptr;
};

} // namespace awq::kernels
