// SPDX-License-Identifier: GPL-3.0-or-later
// What a run tells its listeners: small values, numbered and timed. Bulk arrays go to the run store instead.
// Exactly one of Finished, Failed, Cancelled ends a run.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace awq::core {

enum class Phase { reading, capturing, searching, clipping, packing, writing, verifying, evaluating };
const char* nameOf(Phase phase); // "reading", ...

struct Started {
    std::string job;     // "quantize", "perplexity", ...
    std::string model;   // folder
    std::string runDir;  // empty when the job keeps no store
    int blocks = 0;
    int firstBlock = 0;  // > 0 when resumed
};
struct PhaseChanged {
    Phase phase = Phase::reading;
    int block = -1;      // -1: not inside a block
    std::string detail;  // "model B", "window 12 of 128"
};
struct Progress {        // lossy: only the newest matters
    double fraction = 0; // 0..1 of the whole job, from finished work
};
struct BlockStarted {
    int block = 0;
};
struct RatioTried {      // lossy
    int block = 0;
    std::string producer;
    int index = 0, count = 0;
    double ratio = 0, loss = 0, bestRatio = 0;
};
struct ScaleSetDone {
    int block = 0;
    std::string producer;
    double bestRatio = 0, bestLoss = 0, identityLoss = 0;
    std::string fate;
};
struct LinearDone {
    int block = 0;
    std::string name;
    std::string fate;
    double outputMse = 0, weightMse = 0;
};
struct BlockDone {
    int block = 0;
    double seconds = 0, outputMse = 0, relativeError = 0;
};
struct MemorySample {    // lossy
    std::int64_t hostBytes = 0, deviceBytes = 0; // anonymous host memory of the process; allocated on the device
};
struct SnapshotSaved {
    int block = 0;
};
struct PerplexityDone {
    std::string model;
    double perplexity = 0, sigma = 0;
    std::int64_t tokens = 0, windows = 0;
};
struct Warning {
    std::string what, where, hint;
};
struct Finished {
    std::string output;  // folder written, if any
    std::int64_t bytesBefore = 0, bytesAfter = 0;
    double seconds = 0;
};
struct Failed {
    int code = 1;        // ErrorCode
    std::string what, where, hint;
};
struct Cancelled {
    int blocksDone = 0;
    std::string runDir;  // resumable from here
};

using EventPayload = std::variant<Started, PhaseChanged, Progress, BlockStarted, RatioTried, ScaleSetDone, LinearDone, BlockDone,
                                  MemorySample, SnapshotSaved, PerplexityDone, Warning, Finished, Failed, Cancelled>;

struct Event {
    std::uint64_t sequence = 0;
    double seconds = 0;  // since the run started
    EventPayload payload;
};

bool isTerminal(const Event& event);
bool isLossy(const Event& event); // a newer one of the same kind replaces it

// Receives events one at a time, on a thread of the run; must return quickly and must not throw.
class EventSink {
public:
    virtual ~EventSink() = default;
    virtual void receive(const Event& event) = 0; // not "emit": that is a macro of Qt
};

// One JSON object per event: {"seq":7,"t":1.25,"event":"BlockDone","block":3,...}; a stable format, extended only by addition.
std::string toJsonLine(const Event& event);
Event eventFromJsonLine(const std::string& line); // throws Error(badInput)

} // namespace awq::core
