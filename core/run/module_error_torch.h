// SPDX-License-Identifier: GPL-3.0-or-later
// The output error of any inspected module, by running it on the calibration inputs.
#pragma once

#include <string>
#include <vector>

#include "core/quant/search/output_error_torch.h"
#include "core/run/block_inputs_torch.h"
#include "core/run/block_view_torch.h"

namespace awq::core {

// A piece is as many batches as fit into memory: inputs and float outputs of the module are computed once per piece,
// not once per candidate.
class ModuleError : public OutputError {
public:
    // Everything must outlive this. `linears`: those whose weights squaredError() replaces.
    ModuleError(const BlockView& view, const ScaleSet& set, std::vector<std::string> linears,
                const HiddenBatches& hidden, const Batching& batching);

    int pieces() const override { return int(m_firstBatch.size()); }
    void select(int piece) override;
    double squaredError(const std::vector<at::Tensor>& weights) override;
    double elements() const override { return m_elements; }

private:
    struct Sample {
        at::Tensor input, output; // undefined when no token of the batch reaches the module
    };
    at::Tensor inputOf(const at::Tensor& hidden) const;
    at::Tensor run(const BlockWeights& weights, const at::Tensor& input) const;

    const BlockView& m_view;
    const ScaleSet& m_set;
    std::vector<std::string> m_linears;
    const HiddenBatches& m_hidden;
    const Batching& m_batching;
    std::vector<std::size_t> m_firstBatch; // of each piece
    std::vector<Sample> m_samples;         // of the selected piece
    double m_elements = 0;
};

} // namespace awq::core
