// SPDX-License-Identifier: GPL-3.0-or-later
// Perplexity and comparison of model folders (float or quantized), streamed one block at a time. Blocking.
#pragma once

#include <cstdint>
#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

#include "core/event.h"
#include "core/run/outcome.h"

namespace awq::core {

struct TextWindows {
    std::filesystem::path
        text; // .txt .jsonl .jsonl.zst .gz .parquet; "bundled": the evaluation text that ships with the program
    std::filesystem::path ids; // or .safetensors with input_ids [windows, W], used as they are
    std::string textField = "text";
    std::int64_t window = 2048; // 0: 2048, or the model's context if that is shorter
    std::int64_t stride = 0;    // 0: windows do not overlap
    std::int64_t maxTokens = 0;             // 0: all
    bool specialTokens = true;
    // How published figures were measured. Empty: as above. They set how documents are joined (blank lines between them,
    // none behind the last) and which predictions count; `window` still holds, `stride` must be 0.
    //   llm-awq    windows that do not overlap, all predictions (their script: --window 2048)
    //   llama.cpp  as llama-perplexity: every window begins with the begin-of-text token in the place of its own first
    //              one, and only predictions of the second half count (theirs: --window 512)
    std::string protocol;
};

struct ComputeOptions {
    std::string device = "auto", dtype = "auto";
    int threads = 0;
};

// How a float model is rounded on the fly, for comparison without writing a folder. bits 0: as stored.
struct RoundToNearest {
    int bits = 0;
    std::int64_t groupSize = 128;
    bool zeroPoint = true;
};

struct EvaluateRequest {
    std::vector<std::filesystem::path> models;
    std::vector<RoundToNearest> rtn; // empty, or one per model
    TextWindows text;
    ComputeOptions compute;
    // A .safetensors file that keeps the values of finished windows while the job runs, so that a stopped one can go on
    // (NAME.0.safetensors, NAME.1.safetensors .. for the models); empty: none. Removed at the end. `resume`: go on from
    // such a file of the very same evaluation, else start anew.
    std::filesystem::path scores;
    bool resume = false;
};

// All that is needed to measure the same again.
struct EvaluationFacts {
    TextWindows text;               // as asked, defaults filled in
    std::filesystem::path textFile; // that was read
    std::string idsHash;            // of all token ids, hex
    std::int64_t windowLength = 0;
    std::string device, dtype; // as resolved: "cuda:0", "float16"
    std::string version;       // of the program
    std::string startedAt;     // ISO 8601, UTC
    double seconds = 0;
};

// Mean loss of predictions that belong together.
struct LossPart {
    std::int64_t index = 0;  // position: tokens of the window before the predicted one; document: from 0
    std::int64_t tokens = 0; // predictions
    double nll = 0;          // nats
};

struct PerplexityResult {
    std::filesystem::path model;
    std::string label;     // "float", "RTN w4g64", "awq-gemm w4g64", ...
    std::string modelHash; // of config and weight files (names, sizes, times, tensor tables), hex
    double perplexity = 0; // exp(mean NLL over all predictions)
    double sigma = 0;      // standard error of perplexity, blocked over windows
    double nll = 0;
    std::int64_t tokens = 0, windows = 0; // predictions; windows
    std::vector<double> windowNll;        // mean NLL per window
    std::vector<LossPart> positions;      // ascending; positions that are not scored are left out
    std::vector<LossPart> documents;      // ascending; empty for id files and texts of one document
    std::vector<std::string> documentTitles; // of all documents of the text
    EvaluationFacts facts;
};

Outcome<std::vector<PerplexityResult>> runPerplexity(const EvaluateRequest& request, EventSink& sink,
                                                     std::stop_token stop);

// The same windows through two models at once, block by block; neither is ever whole in memory.
struct CompareRequest {
    std::filesystem::path a, b; // KL is D(a || b): a is usually the float model
    TextWindows text;
    ComputeOptions compute;
    std::filesystem::path scores; // as in EvaluateRequest, but one file of this very name
    bool resume = false;
    RoundToNearest rtnA, rtnB;
};

// Of D(a || b) per prediction, in nats.
struct KlSummary {
    double mean = 0, p50 = 0, p90 = 0, p99 = 0, p999 = 0, max = 0;
};

struct DivergencePart {
    std::int64_t index = 0; // as in LossPart
    std::int64_t tokens = 0;
    KlSummary kl;
    double top1Agreement = 0;
};

struct CompareResult {
    PerplexityResult a, b; // with their own facts, which differ in the model alone
    double delta = 0, deltaSigma = 0; // perplexity of b minus that of a; its standard error, from paired windows
    KlSummary kl;
    double top1Agreement = 0; // share of predictions whose most likely token is the same
    std::int64_t tokens = 0;  // predictions
    std::vector<DivergencePart> positions, documents; // the same parts, in the same order, as those of a and b
    std::vector<double> windowKl;                     // mean per window
};

Outcome<CompareResult> runCompare(const CompareRequest& request, EventSink& sink, std::stop_token stop);

// Float32 logits of given token ids: input_ids [B, T] in a safetensors file -> logits [B, T, V] in another.
struct LogitsRequest {
    std::filesystem::path model, ids, output;
    ComputeOptions compute;
};
Outcome<std::vector<std::int64_t>> runLogits(const LogitsRequest& request, EventSink& sink,
                                             std::stop_token stop); // shape

} // namespace awq::core
