// SPDX-License-Identifier: GPL-3.0-or-later
// Times short tensor work on cold data: by the clock on the CPU, by replayed recordings on a GPU, where a launch from
// the host would take longer than the work.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "core/run/stream_scope_torch.h"
#include "core/tensor.h"

namespace awq::core {

class ProductTimer {
public:
    explicit ProductTimer(const at::Device& device);

    // Seconds of one call, once per repetition. call(i) works on copy i of the data; on a GPU it must allocate nothing.
    std::vector<double> measure(int copies, int repeat, const std::function<void(int copy)>& call);

    // How many copies of `bytes` no cache holds.
    static int copiesFor(std::int64_t bytes);

private:
    std::vector<double> measureOnGpu(int copies, int repeat, const std::function<void(int)>& call);

    at::Device m_device;
    std::optional<StreamScope> m_stream; // the default stream cannot be recorded
};

} // namespace awq::core
