// SPDX-License-Identifier: GPL-3.0-or-later
// The losses of a scale set's candidates, sequence by sequence, by running the inspected module on kept features.
#pragma once

#include "core/quant/search/candidate_choice.h"
#include "core/quant/search/candidate_weights_torch.h"
#include "core/run/block_features_torch.h"
#include "core/run/module_runner_torch.h"

namespace awq::core {

class ModuleLosses : public CandidateLosses {
public:
    // Everything must outlive this. `hidden`: the block's inputs; `features`: of the same batches.
    ModuleLosses(const BlockView& view, const ScaleSet& set, const CandidateWeights& weights,
                 const HiddenBatches& hidden, const std::vector<BlockFeatures>& features);

    int candidates() const override { return m_weights.count(); }
    int batches() const override { return int(m_samples.size()); }
    int sequences() const override { return m_sequences; }
    int sequencesPerBatch() const override { return int(m_samples.front().sequences); }
    double elements() const override { return m_elements; }
    // Several trials at once, each on one thread, or the batches of a single one; one after the other on a GPU.
    std::vector<std::vector<double>> measure(const std::vector<Trial>& trials) override;

private:
    ModuleSample sampleOf(const ScaleSet& set, const HiddenBatches& hidden, std::size_t batch,
                          const BlockFeatures& features) const;
    std::vector<double> run(const Trial& trial) const;
    std::vector<double> runBatchesAtOnce(const Trial& trial) const;
    at::Tensor lossesOf(const at::Tensor& weights, int batch) const; // float64 [sequences]

    const BlockView& m_view;
    const CandidateWeights& m_weights;
    std::unique_ptr<ModuleRunner> m_runner;
    std::vector<ModuleSample> m_samples; // per batch
    int m_sequences = 0;
    double m_elements = 0;
};

} // namespace awq::core
