// SPDX-License-Identifier: GPL-3.0-or-later
// Batches at once are added up in their order, so that the sums do not depend on the number of threads.
#include "core/run/stage_moments_torch.h"

#include <algorithm>

#include "core/model/decoder/decoder_block_torch.h"
#include "core/quant/search/input_statistics_torch.h"

namespace awq::core {
namespace {

// Leaves the forward pass once the input is there: the early stages of a block need little of it.
struct Seen {};

class InputKeeper : public LinearObserver {
public:
    InputKeeper(const std::string& linear, bool toTheEnd) : m_linear(linear), m_toTheEnd(toTheEnd) {}

    void onLinear(const std::string& name, const at::Tensor& input) override {
        if (name != m_linear)
            return;
        m_input = input.reshape({-1, input.size(-1)});
        if (!m_toTheEnd)
            throw Seen{};
    }
    at::Tensor input() const { return m_input; }

private:
    const std::string& m_linear;
    bool m_toTheEnd;
    at::Tensor m_input;
};

// Products of 16-bit inputs by tensor cores: TensorFloat32 holds such values exactly, sums are in float32. The same
// rounding of the differences of the two streams is far below their own noise.
class TensorCoreSums {
public:
    explicit TensorCoreSums(const ComputePlace& place)
        : m_before(at::globalContext().float32Precision(at::Float32Backend::CUDA, at::Float32Op::MATMUL)) {
        if (place.device.is_cuda() && place.dtype != at::kFloat)
            set(at::Float32Precision::TF32);
    }
    ~TensorCoreSums() { set(m_before); }
    TensorCoreSums(const TensorCoreSums&) = delete;

private:
    static void set(at::Float32Precision precision) {
        at::globalContext().setFloat32Precision(at::Float32Backend::CUDA, at::Float32Op::MATMUL, precision);
    }
    at::Float32Precision m_before;
};

struct Pass {
    at::Tensor input;  // of the stage, [tokens, in]; undefined when no token reaches it
    at::Tensor output; // of the block; undefined unless the stage corrects for it
};

Pass runTo(const BlockView& view, const BlockStage& stage, const BlockWeights& weights, const at::Tensor& hidden) {
    InputKeeper keeper(stage.linears.front().name, stage.correction == Correction::blockOutput);
    try {
        const at::Tensor output = forwardBlock(view.spec, weights, hidden, view.context, &keeper);
        return {keeper.input(), output};
    } catch (const Seen&) {
        return {keeper.input(), {}};
    }
}

at::Tensor rowsOf(const at::Tensor& hidden) {
    return hidden.reshape({-1, hidden.size(-1)}).to(at::kFloat);
}

InputMoments momentsOfBatch(const BlockView& view, const BlockStage& stage, const BlockStreams& streams,
                            const BlockWeights& current, std::size_t batch) {
    const bool paired = streams.quantized && stage.correction != Correction::none;
    const at::Tensor exact = streams.exact[batch];
    const at::Tensor hidden = streams.quantized ? (*streams.quantized)[batch] : exact;
    const Pass seen = runTo(view, stage, current, hidden);
    InputMoments moments;
    if (!seen.input.defined())
        return moments;
    moments.tokens = seen.input.size(0);
    moments.gram = gramOf(seen.input);
    if (!paired)
        return moments;
    const Pass wanted = runTo(view, stage, view.weights, exact);
    if (stage.correction == Correction::blockOutput) {
        moments.outputGap = crossOf(seen.input, rowsOf(wanted.output) - rowsOf(seen.output));
        return moments;
    }
    moments.inputGap = crossOf(seen.input, wanted.input.to(at::kFloat) - seen.input.to(at::kFloat));
    if (stage.correction == Correction::residual)
        moments.outputGap = crossOf(seen.input, rowsOf(exact) - rowsOf(hidden));
    return moments;
}

} // namespace

InputMoments momentsOf(const BlockView& view, const BlockStage& stage, const BlockStreams& streams,
                       const BlockWeights& current) {
    const TensorCoreSums tensorCores({streams.exact.device(), streams.exact.type()});
    InputMoments sum;
    const std::size_t count = streams.exact.size(), atOnce = view.batching.atOnce();
    for (std::size_t first = 0; first < count; first += atOnce) {
        std::vector<InputMoments> parts(std::min(atOnce, count - first));
        view.batching.forEach(parts.size(), [&](std::size_t i) {
            view.reporter.checkCancelled();
            parts[i] = momentsOfBatch(view, stage, streams, current, first + i);
        });
        for (const InputMoments& part : parts)
            sum.add(part);
    }
    return sum.tokens > 0 ? sum.mean() : sum;
}

std::int64_t bytesOfMoments(const DecoderSpec& spec) {
    constexpr std::int64_t matrices = 3;
    std::int64_t widest = 0;
    for (const BlockSpec& block : spec.blocks)
        for (const LinearSpec& linear : linearsOf(block))
            widest = std::max(widest, linear.in);
    return matrices * widest * widest * std::int64_t(sizeof(float));
}

} // namespace awq::core
