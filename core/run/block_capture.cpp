// SPDX-License-Identifier: GPL-3.0-or-later
// Batches run several at once; their statistics are merged in order.
#include "core/tensor.h"

#include "core/run/block_capture_torch.h"

#include <algorithm>

namespace awq::core {

CapturedBlock captureBlock(const BlockView& view, const HiddenBatches& hidden, std::int64_t sampleStep,
                           bool keepFeatures, HiddenBatches* outputs, const std::function<void(double)>& progress) {
    CapturedBlock captured(sampleStep);
    const FeatureNeeds needs = keepFeatures ? featuresOf(view.spec) : FeatureNeeds();
    if (keepFeatures)
        captured.features.resize(hidden.size());
    const std::size_t atOnce = view.batching.atOnce();
    std::int64_t firstToken = 0;
    for (std::size_t first = 0; first < hidden.size(); first += atOnce) {
        std::vector<InputRecorder> recorders;
        for (std::size_t i = first; i < std::min(first + atOnce, hidden.size()); ++i) {
            recorders.emplace_back(sampleStep, firstToken);
            firstToken += hidden.sequences(i) * view.context.length();
        }
        view.batching.forEach(recorders.size(), [&](std::size_t i) {
            view.reporter.checkCancelled();
            FeatureKeeper keeper(needs, recorders[i]);
            const at::Tensor output = forwardBlock(view.spec, view.weights, hidden[first + i], view.context, &keeper);
            if (keepFeatures)
                captured.features[first + i] = keeper.take();
            if (outputs)
                outputs->replace(first + i, output);
            recorders[i].endBatch();
        });
        for (const InputRecorder& recorder : recorders)
            captured.inputs.merge(recorder);
        progress(double(first + recorders.size()) / double(hidden.size()));
    }
    return captured;
}

std::int64_t bytesOfFeatures(const BlockSpec& block, const HiddenBatches& hidden) {
    return hidden.tokens() * (featuresOf(block).valuesPerToken + hidden.width()) *
           std::int64_t(c10::elementSize(hidden.type()));
}

} // namespace awq::core
