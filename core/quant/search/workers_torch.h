// SPDX-License-Identifier: GPL-3.0-or-later
// Work spread over threads in big pieces, each computed by one thread. Beats letting every tensor operation spread
// itself: one barrier instead of dozens, data that stays in one core's cache, no threads that spin while they wait, and
// results that do not depend on how many threads there are.
#pragma once

#include <cstdint>
#include <functional>

#include "core/tensor.h"

namespace awq::core {

class Workers {
public:
    // 0: one per core.
    explicit Workers(int threads = 0);

    int threads() const { return m_threads; }

    // Calls work(0) .. work(count - 1), several at once, in inference mode and with single-threaded tensor operations;
    // a single one on the calling thread. Returns when all are done; rethrows the first exception, after which no
    // further piece is begun.
    void forEach(std::int64_t count, const std::function<void(std::int64_t)>& work) const;

    // Elementwise work on [rows, columns]: `map` applied to some rows at a time, few enough for a core's cache. All at
    // once on a GPU. Same shape and dtype.
    at::Tensor mapRows(const at::Tensor& matrix, const std::function<at::Tensor(const at::Tensor& rows)>& map) const;

    // How many rows mapRows() takes at a time.
    static std::int64_t rowsAtATime(const at::Tensor& matrix);

private:
    int m_threads;
};

} // namespace awq::core
