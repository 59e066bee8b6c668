// SPDX-License-Identifier: GPL-3.0-or-later
// Launches recorded from a stream once and replayed as one: what a chain of small kernels needs to be fast.
#pragma once

#include "kernels/device.h"

namespace awq::kernels {

// Without CUDA every call answers false. Failures leave nothing recorded.
class StreamGraph {
public:
    StreamGraph() = default;
    ~StreamGraph();
    StreamGraph(const StreamGraph&) = delete;
    StreamGraph& operator=(const StreamGraph&) = delete;

    // Between the two, what the calling thread puts on the stream (not the default stream) is recorded instead of run.
    // Memory it works on must outlive the graph; nothing may be allocated or waited for meanwhile.
    bool begin(Stream stream);
    bool end(Stream stream);

    bool launch(Stream stream) const;

    // Launches once and waits. Microseconds by the device's clock; negative when it fails.
    double timedLaunch(Stream stream) const;

private:
    void* m_executable = nullptr; // cudaGraphExec_t
};

} // namespace awq::kernels
