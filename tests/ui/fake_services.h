// SPDX-License-Identifier: GPL-3.0-or-later
// A workspace without an engine: a made-up model, and runs that replay events and fill a run folder as real ones do.
#pragma once

#include <chrono>
#include <cmath>
#include <thread>

#include "app/workspace.h"
#include "core/store/run_store.h"
#include "tests/support/tiny_outline.h"

namespace awq::test {

inline constexpr int fakeBlocks = 6;

inline app::ModelInfo fakeModel(const std::filesystem::path& path) {
    if (path.filename() == "broken")
        core::badInput("model.safetensors is truncated: 1,024 of 4,096 bytes", (path / "model.safetensors").string(),
                       "download the file again");
    app::ModelInfo info;
    info.outline = tinyOutline(fakeBlocks);
    info.outline.path = path;
    info.parameters = 4'200'000;
    info.bytes = 8'400'000;
    info.tokenizer = QStringLiteral("tokenizer.json");
    return info;
}

// Losses as a search finds them, one curve per scale set.
inline core::BlockResult fakeBlock(int block) {
    core::BlockResult result;
    result.block = block;
    result.seconds = 3.2 + 0.1 * block;
    result.outputMse = 1e-3 * (block + 1);
    result.relativeError = 2e-3 * std::exp(0.5 * block);
    int number = 0;
    for (const core::LinearOutline& outline : tinyOutline(1).linears) {
        core::LinearResult linear;
        linear.block = block;
        linear.name = outline.name;
        linear.rows = outline.rows;
        linear.columns = outline.columns;
        linear.bits = 4;
        linear.groupSize = 128;
        linear.groups = outline.columns / 128;
        linear.fate = "quantized";
        linear.outputMse = 1e-5 * std::exp(0.4 * block + 0.7 * ++number);
        linear.weightMse = 3e-6;
        linear.weightError.assign(std::size_t(linear.rows * linear.groups), 3e-6f);
        result.linears.push_back(linear);
    }
    for (const core::ScaleSetOutline& outline : tinyOutline(1).scaleSets) {
        core::ScaleSetResult set;
        set.block = block;
        set.producer = outline.producer;
        set.consumers = outline.consumers;
        set.inspected = outline.inspected;
        for (int i = 0; i < 20; ++i) {
            set.ratios.push_back(i / 20.0);
            set.losses.push_back(2e-4 * (1 + 3 * std::pow(i / 20.0 - 0.35, 2)));
        }
        set.bestRatio = 0.35;
        set.bestLoss = 2e-4;
        set.fate = "scaled";
        set.channelScale.assign(256, 1.5f);
        result.scaleSets.push_back(set);
    }
    return result;
}

// What a run of the fake does after `blocks` blocks.
enum class FakeEnd { finish, fail, hang };

class FakeRun {
public:
    FakeRun(core::QuantizeRequest request, core::EventSink& sink, std::stop_token stop)
        : m_request(std::move(request)), m_sink(sink), m_stop(std::move(stop)), m_store(makeStore()) {}

    app::JobOutcome run(int blocks, FakeEnd end) {
        send(core::Started{"quantize", m_request.model.string(), m_store.folder().string(), fakeBlocks, 0});
        for (int block = 0; block < blocks && !m_stop.stop_requested(); ++block)
            runBlock(block);
        if (end == FakeEnd::hang)
            hang(blocks);
        if (m_stop.stop_requested())
            return stopped(blocks);
        return end == FakeEnd::fail ? failed() : finished();
    }

private:
    core::RunStore makeStore() const {
        core::RunInfo info;
        info.model = m_request.model;
        info.output = m_request.output;
        info.recipe = m_request.recipe;
        info.blocks = fakeBlocks;
        info.state = "running";
        return core::RunStore::create(m_request.output.string() + ".run", info);
    }

    void send(core::EventPayload payload) {
        const core::Event event{m_next++, m_seconds, std::move(payload)};
        m_store.append(event);
        m_sink.receive(event);
    }

    void runBlock(int index) {
        const core::BlockResult result = fakeBlock(index);
        send(core::BlockStarted{index});
        send(core::PhaseChanged{core::Phase::searching, index, {}});
        send(core::MemorySample{std::int64_t(1.2e9 + 4e8 * (index % 3)), 0});
        for (const core::LinearResult& linear : result.linears)
            send(core::LinearDone{index, linear.name, linear.fate, linear.outputMse, linear.weightMse});
        m_seconds += result.seconds;
        m_store.saveBlock(result);
        send(core::BlockDone{index, result.seconds, result.outputMse, result.relativeError});
        send(core::SnapshotSaved{index});
        send(core::Progress{double(index + 1) / fakeBlocks});
    }

    void hang(int block) {
        send(core::BlockStarted{block});
        send(core::PhaseChanged{core::Phase::searching, block, {}});
        send(core::RatioTried{block, "post_attention_layernorm", 13, 20, 0.65, 2.1e-4, 0.35});
        while (!m_stop.stop_requested())
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }

    app::JobOutcome stopped(int blocks) {
        m_store.setState("cancelled");
        send(core::Cancelled{blocks, m_store.folder().string()});
        return {std::monostate(), core::Error(core::ErrorCode::cancelled, "Cancelled")};
    }

    app::JobOutcome failed() {
        m_store.setState("failed");
        const core::Error error(core::ErrorCode::noResources, "The disk is full: 1.2 GB missing",
                                "/out/model-00001.safetensors",
                                "free some space, then resume; finished blocks are kept");
        send(core::Failed{int(error.code()), error.what(), error.where(), error.hint()});
        return {std::monostate(), error};
    }

    app::JobOutcome finished() {
        std::filesystem::create_directories(m_request.output);
        m_store.setState("finished");
        send(core::Finished{m_request.output.string(), 8'400'000, 2'300'000, m_seconds});
        core::QuantizeResult result;
        result.output = m_request.output;
        result.bytesBefore = 8'400'000;
        result.bytesAfter = 2'300'000;
        return {result, std::nullopt};
    }

    core::QuantizeRequest m_request;
    core::EventSink& m_sink;
    std::stop_token m_stop;
    core::RunStore m_store;
    std::uint64_t m_next = 0;
    double m_seconds = 0;
};

inline app::JobOutcome fakePerplexity(const core::EvaluateRequest& request) {
    std::vector<core::PerplexityResult> results;
    const char* labels[] = {"float", "RTN w4g128", "awq-gemm w4g128"};
    const double values[] = {12.31, 13.02, 12.58};
    for (std::size_t i = 0; i < request.models.size() && i < 3; ++i) {
        core::PerplexityResult& result = results.emplace_back();
        result.model = request.models[i];
        result.label = labels[i];
        result.perplexity = values[i];
        result.sigma = 0.11;
        result.nll = std::log(values[i]);
        result.tokens = 16'376;
        result.windows = 8;
    }
    return {results, std::nullopt};
}

// The quantized model loses more the further into the window.
inline core::CompareResult fakeComparison() {
    core::CompareResult result;
    result.a = {{}, "float", {}, 12.31, 0.11, std::log(12.31), 16'376, 8, {}};
    result.b = {{}, "awq-gemm w4g128", {}, 12.58, 0.11, std::log(12.58), 16'376, 8, {}};
    result.delta = 0.27;
    result.deltaSigma = 0.02;
    result.kl = {0.021, 0.008, 0.049, 0.21, 0.62, 1.4};
    result.top1Agreement = 0.957;
    result.tokens = 16'376;
    for (std::int64_t position = 1; position < 2048; ++position) {
        const double difference = 0.01 + 1e-5 * double(position) + 0.004 * std::sin(double(position));
        result.a.positions.push_back({position, 8, 2.51});
        result.b.positions.push_back({position, 8, 2.51 + difference});
        result.positions.push_back({position, 8, {0.02, 0.01, 0.05, 0.2, 0.5, 1}, 0.957});
    }
    return result;
}

// Every second question is answered rightly by the first model, every third by the others.
inline std::vector<core::TaskResult> fakeTasks(const core::TaskRequest& request) {
    std::vector<core::TaskResult> results;
    for (std::size_t model = 0; model < request.models.size(); ++model)
        for (const std::filesystem::path& file : request.tasks) {
            core::TaskResult result;
            result.model = request.models[model];
            result.file = file;
            result.label = model == 0 ? "float" : "awq-gemm w4g128";
            result.task = file.stem().string();
            result.kind = "piqa";
            result.answers.resize(60);
            result.accuracy = result.lengthAccuracy = model == 0 ? 0.5 : 1.0 / 3;
            result.accuracySigma = result.lengthAccuracySigma = 0.065;
            results.push_back(result);
        }
    return results;
}

// Twice the speed for what is not float.
inline core::BenchmarkResult fakeSpeed(const core::BenchmarkRequest& request) {
    core::BenchmarkResult result;
    const bool quantized = request.model.string().find("awq") != std::string::npos;
    result.device = "cpu";
    result.label = quantized ? "awq-gemm w4g128" : "float";
    for (const std::int64_t batch : request.batches)
        for (const char* phase : {"prefill", "decode"}) {
            const std::int64_t tokens = phase[0] == 'p' ? request.promptTokens.front() : request.newTokens;
            const double seconds = 1e-3 * double(tokens) * (quantized ? 1 : 2);
            result.rows.push_back({phase, batch, tokens, seconds, 0.9 * seconds, 1.2 * seconds,
                                   double(batch * tokens) / seconds, phase[0] == 'd' ? 0.4 : 0});
        }
    return result;
}

inline app::JobOutcome fakeGenerate(const std::vector<core::GenerateRequest>& requests, const app::PartText& onText) {
    const std::vector<std::string> endings{" counted the ships.", " counted the gulls."};
    std::vector<core::GenerateResult> results;
    for (std::size_t part = 0; part < requests.size(); ++part) {
        for (const char letter : endings.at(part))
            onText(part, std::string_view(&letter, 1));
        results.push_back({endings[part], {1, 2, 3}, 4, 0.1, 30.0, "length"});
    }
    return {results, std::nullopt};
}

inline core::CalibrationSet fakeCalibration(const core::CalibrationOptions& options) {
    core::CalibrationSet set;
    set.windows = options.samples;
    set.length = options.sequenceLength;
    set.documents = 567;
    set.documentsUsed = 259;
    set.hash = "cf118c51b5ee";
    for (int i = 0; i < 259; ++i)
        set.documentTokens.push_back(60 + (i * 7919) % 640);
    set.preview = "The sparrow sleeps at the edge of the forest before dawn.";
    return set;
}

// Runs end as said after `blocks` blocks.
inline app::Services fakeServices(int blocks = fakeBlocks, FakeEnd end = FakeEnd::finish) {
    app::Services services;
    services.session = {fakeModel, [](const core::Recipe&, const std::filesystem::path&) {
                            core::PlanEnvironment environment;
                            environment.threads = 2;
                            environment.freeHostBytes = 22'000'000'000;
                            environment.freeDiskBytes = 67'000'000'000;
                            return environment;
                        }};
    services.quantize = [blocks, end](const core::QuantizeRequest& request) -> app::Job {
        return
            [=](core::EventSink& sink, std::stop_token stop) { return FakeRun(request, sink, stop).run(blocks, end); };
    };
    services.evaluate.perplexity = [](const core::EvaluateRequest& request) -> app::Job {
        return [=](core::EventSink&, std::stop_token) { return fakePerplexity(request); };
    };
    services.evaluate.compare = [](const core::CompareRequest&) -> app::Job {
        return [](core::EventSink&, std::stop_token) -> app::JobOutcome { return {fakeComparison(), std::nullopt}; };
    };
    services.evaluate.tensorBytes = [](const std::filesystem::path& path, const core::RoundToNearest& rounding) {
        const bool small = rounding.bits > 0 || path.string().find("awq") != std::string::npos;
        return qint64(small ? 2'300'000 : 8'400'000);
    };
    services.tasks = [](const core::TaskRequest& request) -> app::Job {
        return [=](core::EventSink&, std::stop_token) -> app::JobOutcome { return {fakeTasks(request), std::nullopt}; };
    };
    services.benchmark = [](const std::vector<core::BenchmarkRequest>& requests) -> app::Job {
        return [=](core::EventSink&, std::stop_token) -> app::JobOutcome {
            std::vector<core::BenchmarkResult> results;
            for (const core::BenchmarkRequest& request : requests)
                results.push_back(fakeSpeed(request));
            return {results, std::nullopt};
        };
    };
    services.generate = [](const std::vector<core::GenerateRequest>& requests,
                           const app::PartText& onText) -> app::Job {
        return [=](core::EventSink&, std::stop_token) { return fakeGenerate(requests, onText); };
    };
    services.components = [] {
        return std::vector<core::ComponentVersion>{{"LibTorch", "2.11.0"}, {"CUDA", "13.0, no device found"}};
    };
    services.calibration = [](const core::CalibrationOptions& options, const std::filesystem::path&, std::int64_t) {
        return fakeCalibration(options);
    };
    return services;
}

} // namespace awq::test
