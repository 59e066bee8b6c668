// SPDX-License-Identifier: GPL-3.0-or-later
// Trials over batches.
#include "core/tensor.h"

#include "core/run/module_losses_torch.h"

#include <cmath>
#include <numeric>

namespace awq::core {
namespace {

void append(std::vector<double>& losses, const at::Tensor& found) {
    const at::Tensor host = found.cpu();
    const double* values = host.const_data_ptr<double>();
    losses.insert(losses.end(), values, values + host.numel());
}

} // namespace

ModuleLosses::ModuleLosses(const BlockView& view, const ScaleSet& set, const CandidateWeights& weights,
                           const HiddenBatches& hidden, const std::vector<BlockFeatures>& features)
    : m_view(view), m_weights(weights), m_runner(makeModuleRunner(view, set, weights.rows())),
      m_samples(hidden.size()) {
    view.batching.forEach(hidden.size(), [&](std::size_t i) { m_samples[i] = sampleOf(set, hidden, i, features[i]); });
    for (const ModuleSample& sample : m_samples) {
        m_sequences += int(sample.sequences);
        if (sample.input.defined())
            m_elements += double(sample.sequences * view.context.length() * hidden.width());
    }
}

ModuleSample ModuleLosses::sampleOf(const ScaleSet& set, const HiddenBatches& hidden, std::size_t batch,
                                    const BlockFeatures& features) const {
    ModuleSample sample;
    sample.sequences = hidden.sequences(batch);
    sample.input = set.inspected.kind == InspectedKind::block ? hidden[batch] : features.input(set.inputOf);
    if (!sample.input.defined())
        return sample;
    sample.output = features.output(set.inspected.kind);
    if (!sample.output.defined() && m_runner->needsOutput())
        sample.output = runModule(m_view.spec, set.inspected, m_view.weights, sample.input, m_view.context);
    if (!m_view.spec.moe)
        sample.inner = features.input(m_view.spec.mlp.down.name);
    return sample;
}

at::Tensor ModuleLosses::lossesOf(const at::Tensor& weights, int batch) const {
    m_view.reporter.checkCancelled();
    const ModuleSample& sample = m_samples[std::size_t(batch)];
    if (!sample.input.defined())
        return at::zeros({sample.sequences}, weights.options().dtype(at::kDouble));
    return m_runner->losses(weights, sample);
}

std::vector<double> ModuleLosses::run(const Trial& trial) const {
    const at::Tensor weights = m_weights.of(trial.candidate);
    std::vector<double> losses;
    if (std::isinf(trial.limit)) { // nothing to wait for between batches
        std::vector<at::Tensor> found;
        for (int batch = trial.firstBatch; batch < trial.endBatch; ++batch)
            found.push_back(lossesOf(weights, batch));
        append(losses, at::cat(found));
        return losses;
    }
    double sum = trial.already;
    for (int batch = trial.firstBatch; batch < trial.endBatch && sum <= trial.limit; ++batch) {
        const std::size_t before = losses.size();
        append(losses, lossesOf(weights, batch));
        sum += std::accumulate(losses.begin() + std::ptrdiff_t(before), losses.end(), 0.0);
    }
    return losses;
}

std::vector<double> ModuleLosses::runBatchesAtOnce(const Trial& trial) const {
    const at::Tensor weights = m_weights.of(trial.candidate);
    std::vector<at::Tensor> found(std::size_t(trial.endBatch - trial.firstBatch));
    m_view.batching.forEach(found.size(),
                            [&](std::size_t i) { found[i] = lossesOf(weights, trial.firstBatch + int(i)); });
    std::vector<double> losses;
    append(losses, at::cat(found));
    return losses;
}

std::vector<std::vector<double>> ModuleLosses::measure(const std::vector<Trial>& trials) {
    std::vector<std::vector<double>> losses(trials.size());
    if (trials.size() == 1 && std::isinf(trials.front().limit)) {
        losses.front() = runBatchesAtOnce(trials.front());
        return losses;
    }
    m_view.batching.forEach(trials.size(), [&](std::size_t i) { losses[i] = run(trials[i]); });
    return losses;
}

} // namespace awq::core
