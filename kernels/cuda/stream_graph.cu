// SPDX-License-Identifier: GPL-3.0-or-later
// Graphs of recorded launches.
#include "kernels/stream_graph.h"

#include <cuda_runtime.h>

namespace awq::kernels {
namespace {

// What failed here must not be found by the next caller.
bool succeeded(cudaError_t error) {
    if (error != cudaSuccess)
        cudaGetLastError();
    return error == cudaSuccess;
}

cudaStream_t streamOf(Stream stream) {
    return static_cast<cudaStream_t>(stream);
}

} // namespace

StreamGraph::~StreamGraph() {
    if (m_executable)
        cudaGraphExecDestroy(static_cast<cudaGraphExec_t>(m_executable));
}

bool StreamGraph::begin(Stream stream) {
    return succeeded(cudaStreamBeginCapture(streamOf(stream), cudaStreamCaptureModeThreadLocal));
}

bool StreamGraph::end(Stream stream) {
    cudaGraph_t graph = nullptr;
    if (!succeeded(cudaStreamEndCapture(streamOf(stream), &graph)) || !graph)
        return false;
    cudaGraphExec_t executable = nullptr;
    const bool made = succeeded(cudaGraphInstantiate(&executable, graph, 0));
    cudaGraphDestroy(graph);
    if (m_executable)
        cudaGraphExecDestroy(static_cast<cudaGraphExec_t>(m_executable));
    m_executable = made ? executable : nullptr;
    return made;
}

bool StreamGraph::launch(Stream stream) const {
    return m_executable && succeeded(cudaGraphLaunch(static_cast<cudaGraphExec_t>(m_executable), streamOf(stream)));
}

double StreamGraph::timedLaunch(Stream stream) const {
    cudaEvent_t events[2] = {};
    bool ok = succeeded(cudaEventCreate(&events[0])) && succeeded(cudaEventCreate(&events[1]));
    ok = ok && succeeded(cudaEventRecord(events[0], streamOf(stream))) && launch(stream);
    ok = ok && succeeded(cudaEventRecord(events[1], streamOf(stream))) && succeeded(cudaEventSynchronize(events[1]));
    float milliseconds = 0;
    ok = ok && succeeded(cudaEventElapsedTime(&milliseconds, events[0], events[1]));
    for (cudaEvent_t event : events)
        if (event)
            cudaEventDestroy(event);
    return ok ? milliseconds * 1000.0 : -1;
}

} // namespace awq::kernels
