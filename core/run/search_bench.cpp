// SPDX-License-Identifier: GPL-3.0-or-later
// Random heavy-tailed weights, one channel in a hundred twenty times as large; the same steps as a run takes.
#include "core/tensor.h"

#include "core/run/search_bench.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <numeric>

#include <nlohmann/json.hpp>

#include "core/model/decoder/decoder_block_torch.h"
#include "core/model/families/llama_like.h"
#include "core/quant/search/clip_search_torch.h"
#include "core/quant/search/fold_scales_torch.h"
#include "core/run/block_capture_torch.h"
#include "core/run/compute_place_torch.h"
#include "core/run/scale_choice_torch.h"
#include "core/run/stage_moments_torch.h"
#include "core/run/stage_rounding_torch.h"
#include "core/run/tensor_values_torch.h"

namespace awq::core {
namespace {

constexpr std::int64_t headDim = 128, clipTokens = 512;

struct NamedShape {
    const char* name;
    std::int64_t hidden, intermediate, kvHeads;
};
constexpr NamedShape namedShapes[] = {
    {"llama2-7b", 4096, 11008, 32}, {"llama3-8b", 4096, 14336, 8}, {"llama2-70b", 8192, 28672, 8}};

DecoderSpec specOf(const SearchBenchRequest& request) {
    const nlohmann::json config{{"hidden_size", request.hidden},
                                {"intermediate_size", request.intermediate},
                                {"num_attention_heads", request.heads},
                                {"num_key_value_heads", request.kvHeads},
                                {"num_hidden_layers", 1},
                                {"head_dim", request.hidden / request.heads},
                                {"vocab_size", 32000},
                                {"hidden_act", "silu"},
                                {"max_position_embeddings", request.recipe.calibration.sequenceLength},
                                {"rope_theta", 10000.0}};
    return llamaLike(Config::fromJson(config, "the shape"), {});
}

// Student's t with four degrees of freedom; rows of 1 / sqrt(columns).
at::Tensor heavyTailed(std::int64_t rows, std::int64_t columns, const at::TensorOptions& options) {
    const at::Tensor normal = at::randn({rows, columns}, options.dtype(at::kFloat));
    const at::Tensor squares = at::zeros_like(normal);
    for (int i = 0; i < 4; ++i)
        squares.add_(at::randn_like(normal).square_(), 0.25);
    return (normal / squares.sqrt()).mul_(0.7 / std::sqrt(double(columns))).to(options.dtype());
}

BlockWeights randomBlock(const BlockSpec& block, const at::TensorOptions& options) {
    at::manual_seed(1); // not before the device is there: seeding looks for CUDA, and would find none
    BlockWeights weights;
    for (const TensorShape& tensor : expectedTensors(block)) {
        if (tensor.shape.size() == 2) {
            weights.tensors[tensor.name] = heavyTailed(tensor.shape[0], tensor.shape[1], options);
            continue;
        }
        at::Tensor norm = at::ones(tensor.shape, options);
        norm.slice(0, 0, tensor.shape[0], 100).fill_(20);
        weights.tensors[tensor.name] = norm;
    }
    return weights;
}

class Bench {
public:
    Bench(const SearchBenchRequest& request, RunReporter& reporter)
        : m_request(request), m_reporter(reporter),
          m_place(choosePlace(request.recipe.device, request.recipe.dtype, request.recipe.threads, DType::F16)),
          m_spec(specOf(request)), m_context(m_spec, length(), m_place),
          m_batching(m_place, m_spec, length(), Workers(request.recipe.threads)),
          m_weights(randomBlock(block(), options())) {
        m_reporter.watchMemory({deviceName(m_place)});
        m_plan.recipe = request.recipe;
        for (const LinearSpec& linear : linearsOf(block()))
            m_plan.linears.push_back({0,
                                      linear.name,
                                      linear.name,
                                      linear.out,
                                      linear.in,
                                      request.recipe.bits,
                                      request.recipe.groupSize,
                                      "quantized",
                                      {},
                                      0,
                                      0});
        for (const ScaleSet& set : block().scaleSets)
            m_plan.scaleSets.push_back({0,
                                        set.producer,
                                        set.consumers,
                                        set.inspected.name,
                                        set.use == ScaleSetUse::skipped ? "skipped" : "scaled",
                                        set.reason,
                                        {}});
        m_hidden = HiddenBatches(m_place.device);
        m_hidden.reserve(m_batching.batchesOf(request.recipe.calibration.samples), length(), request.hidden,
                         m_place.dtype);
        for (std::size_t i = 0; i < m_hidden.size(); ++i)
            m_hidden.replace(i, at::randn({m_hidden.sequences(i), length(), request.hidden}, options()));
    }

    SearchBenchResult run() {
        SearchBenchResult result;
        result.device = deviceName(m_place);
        result.dtype = nameOf(storedType(m_place.dtype));
        result.flopsLimit = productRate();
        std::vector<std::vector<double>> seconds;
        for (int i = 0; i < m_request.repeat; ++i) {
            m_phases.clear();
            once(result);
            if (i > 0 || m_request.repeat == 1)
                for (std::size_t p = 0; p < m_phases.size(); ++p) {
                    seconds.resize(m_phases.size());
                    seconds[p].push_back(m_phases[p].seconds);
                }
        }
        for (std::size_t p = 0; p < m_phases.size(); ++p) {
            std::ranges::nth_element(seconds[p], seconds[p].begin() + std::ptrdiff_t(seconds[p].size() / 2));
            m_phases[p].seconds = seconds[p][seconds[p].size() / 2];
            result.searchSeconds += m_phases[p].seconds;
        }
        result.phases = m_phases;
        for (const auto& [name, tensor] : m_weights.tensors)
            result.weightBytes += std::int64_t(tensor.nbytes());
        result.featureBytes = bytesOfFeatures(block(), m_hidden);
        result.peakDeviceBytes = m_reporter.memory().peakDeviceBytes();
        result.peakHostBytes = m_reporter.memory().peakHostBytes();
        return result;
    }

private:
    std::int64_t length() const { return m_request.recipe.calibration.sequenceLength; }
    const BlockSpec& block() const { return m_spec.blocks.front(); }
    at::TensorOptions options() const { return at::TensorOptions(m_place.device).dtype(m_place.dtype); }
    void synchronize() const { at::zeros({1}, options()).cpu(); }

    template <typename Work>
    void phase(const std::string& name, const Work& work) {
        synchronize();
        const auto start = std::chrono::steady_clock::now();
        const double flops = work();
        synchronize();
        m_phases.push_back(
            {name, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count(), flops});
        m_reporter.sampleMemory();
    }

    // Floating-point operations per second of a square product.
    double productRate() const {
        const std::int64_t size = m_place.device.is_cpu() ? 1024 : 8192;
        const at::Tensor a = at::randn({size, size}, options());
        double best = 0;
        for (int i = 0; i < 5; ++i) {
            synchronize();
            const auto start = std::chrono::steady_clock::now();
            const at::Tensor product = at::mm(a, a);
            synchronize();
            const double taken = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
            best = std::max(best, 2.0 * double(size) * double(size) * double(size) / taken);
        }
        return best;
    }

    double productsOf(const std::string& prefix) const { // of one forward pass through the linears with that prefix
        double parameters = 0;
        for (const LinearSpec& linear : linearsOf(block()))
            if (linear.name.starts_with(prefix))
                parameters += double(linear.out) * double(linear.in);
        const bool attends = std::string("self_attn").starts_with(prefix);
        const double heads = attends ? double(m_request.hidden) * double(length()) : 0; // causal: half of 2 * 2 * T * D
        return double(m_hidden.tokens()) * 2 * (parameters + heads);
    }

    double flopsOfSet(const ScaleSet& set, const ScaleSetResult& found) const {
        const double channels = double(linearsOf(block()).front().in);
        if (set.inspected.kind == InspectedKind::linear) {
            const at::Tensor& weight = m_weights.at(set.consumers.front() + ".weight");
            const double in = double(weight.size(1)), out = double(weight.size(0));
            return found.losses.empty() ? 0 : double(found.losses.size()) * 2 * out * in * in;
        }
        return channels > 0
                   ? productsOf(set.inspected.name) * std::accumulate(found.measured.begin(), found.measured.end(), 0.0)
                   : 0;
    }

    void once(SearchBenchResult& result) {
        result.bestRatios.clear();
        result.work.clear();
        const BlockView view{block(),
                             m_weights,
                             m_context,
                             m_batching,
                             m_plan,
                             0,
                             m_place.dtype == at::kBFloat16 ? at::kBFloat16 : at::kHalf,
                             m_reporter};
        CapturedBlock captured(1);
        HiddenBatches outputs = HiddenBatches::like(m_hidden);
        phase("features and statistics", [&] {
            captured = captureBlock(view, m_hidden, sampleStepFor(m_hidden.tokens(), clipTokens),
                                    m_request.recipe.engine == "fast" && m_request.recipe.scaleSearch != "solved",
                                    &outputs, [](double) {});
            double grams = 0;
            for (const std::int64_t width :
                 {m_request.hidden, m_request.hidden, m_request.hidden, m_request.intermediate})
                grams += 2.0 * double(m_hidden.tokens()) * double(width) * double(width);
            return productsOf("") + grams;
        });
        std::vector<ScaleChoice> choices;
        for (const ScaleSet& set : block().scaleSets)
            phase(set.inspected.name + " set", [&] {
                choices.push_back(searchScale(view, set, captured, m_hidden));
                const ScaleSetResult& found = choices.back().result;
                result.bestRatios.push_back(found.bestRatio);
                result.work.push_back(found.measured.empty()
                                          ? double(!found.losses.empty())
                                          : std::accumulate(found.measured.begin(), found.measured.end(), 0.0) /
                                                double(found.measured.size()));
                return flopsOfSet(set, found);
            });
        captured.features.clear();
        if (m_request.recipe.roundsInStages())
            return roundStages(view, captured, choices);
        BlockWeights folded;
        phase("apply scales", [&] {
            for (const auto& [name, tensor] : m_weights.tensors)
                folded.tensors[name] = tensor.to(at::kFloat);
            for (std::size_t i = 0; i < choices.size(); ++i)
                if (choices[i].channelScale.defined())
                    foldScale(folded, block().scaleSets[i], choices[i].channelScale);
            return 0.0;
        });
        phase("clip search", [&] { return clip(view, captured, choices, folded); });
    }

    // As a run does them, both streams starting alike.
    void roundStages(const BlockView& view, const CapturedBlock& captured, const std::vector<ScaleChoice>& choices) {
        ScalesByLinear scales;
        for (const LinearSpec& linear : linearsOf(block()))
            scales[linear.name];
        for (std::size_t i = 0; i < choices.size(); ++i)
            if (choices[i].channelScale.defined())
                addScale(scales, block().scaleSets[i], choices[i].channelScale);
        BlockWeights current = m_weights;
        HiddenBatches quantized = m_hidden;
        for (const BlockStage& stage : stagesOf(block())) {
            InputMoments moments;
            phase(stage.linears.front().name + " inputs", [&] {
                moments = momentsOf(view, stage, {m_hidden, &quantized}, current);
                return 0.0;
            });
            phase(stage.linears.front().name + " rounding", [&] {
                const StageInputs inputs{moments, captured.inputs, scales, nullptr};
                StageRounder rounder(view, inputs);
                for (const LinearSpec& linear : stage.linears)
                    current.tensors[linear.name + ".weight"] =
                        rounder.round(linear, *view.formatOf(linear.name), linear.name).effective.to(m_place.dtype);
                return 0.0;
            });
        }
        phase("quantized block", [&] {
            for (std::size_t i = 0; i < quantized.size(); ++i)
                quantized.replace(i, forwardBlock(block(), current, quantized[i], m_context));
            return productsOf("");
        });
    }

    double clip(const BlockView& view, const CapturedBlock& captured, const std::vector<ScaleChoice>& choices,
                const BlockWeights& folded) const {
        for (const LinearSpec& linear : linearsOf(block())) {
            if (!clippedByReference(linear.name))
                continue;
            at::Tensor sample = captured.inputs.find(linear.name)->sample().to(at::kFloat);
            for (std::size_t i = 0; i < choices.size(); ++i)
                if (choices[i].channelScale.defined() &&
                    std::ranges::find(block().scaleSets[i].consumers, linear.name) !=
                        block().scaleSets[i].consumers.end())
                    sample = sample / choices[i].channelScale;
            searchClip(folded.at(linear.name + ".weight"), sample, *view.formatOf(linear.name), awqClipFractions(),
                       m_batching.workers(), m_reporter.stop());
        }
        return 0;
    }

    const SearchBenchRequest& m_request;
    RunReporter& m_reporter;
    ComputePlace m_place;
    DecoderSpec m_spec;
    SequenceContext m_context;
    Batching m_batching;
    BlockWeights m_weights;
    HiddenBatches m_hidden;
    Plan m_plan;
    std::vector<SearchBenchPhase> m_phases;
};

} // namespace

void setShape(SearchBenchRequest& request, const std::string& shape) {
    const auto named = std::ranges::find(namedShapes, shape, &NamedShape::name);
    std::int64_t numbers[3] = {};
    if (named != std::end(namedShapes)) {
        numbers[0] = named->hidden;
        numbers[1] = named->intermediate;
        numbers[2] = named->kvHeads;
    } else {
        const char *text = shape.data(), *end = text + shape.size();
        for (std::int64_t& number : numbers) {
            const auto parsed = std::from_chars(text, end, number);
            text = parsed.ptr == end ? end : parsed.ptr + (*parsed.ptr == 'x');
        }
        const bool fits = text == end && numbers[0] > 0 && numbers[1] > 0 && numbers[2] > 0 &&
                          numbers[0] % headDim == 0 && numbers[1] % headDim == 0 &&
                          (numbers[0] / headDim) % numbers[2] == 0;
        if (!fits)
            throw Error(
                ErrorCode::usage, "unknown shape '" + shape + "'", "--shape",
                "use llama2-7b, llama3-8b, llama2-70b or HIDDENxINTERMEDIATExKVHEADS, multiples of 128, such as "
                "4096x14336x8");
    }
    request.hidden = numbers[0];
    request.intermediate = numbers[1];
    request.heads = numbers[0] / headDim;
    request.kvHeads = numbers[2];
}

Outcome<SearchBenchResult> runSearchBench(const SearchBenchRequest& request, EventSink& sink, std::stop_token stop) {
    const c10::InferenceMode inference;
    RunReporter reporter(sink, std::move(stop));
    try {
        validate(request.recipe);
        Bench bench(request, reporter);
        SearchBenchResult result = bench.run();
        reporter.emit(Finished{{}, 0, 0, reporter.seconds()});
        return {std::move(result), std::nullopt};
    } catch (...) {
        const Error error = errorFromCurrentException(request.recipe.device);
        reporter.fail(error);
        return {std::nullopt, error};
    }
}

} // namespace awq::core
