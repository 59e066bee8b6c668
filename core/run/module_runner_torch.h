// SPDX-License-Identifier: GPL-3.0-or-later
// Runs an inspected module with a candidate's weights and sums what its output loses, without keeping the output.
#pragma once

#include <memory>
#include <vector>

#include "core/run/block_view_torch.h"

namespace awq::core {

// A batch as the search needs it.
struct ModuleSample {
    std::int64_t sequences = 0;
    at::Tensor input;  // of the module; undefined: no token of the batch reaches it
    at::Tensor output; // of the float module, [B, T, D]
    at::Tensor inner;  // input of the down projection of a dense MLP, [B, T, F]; else undefined
};

class ModuleRunner {
public:
    virtual ~ModuleRunner() = default;
    // float64 [sequences] on the device: sums of squared differences. `weights`: the consumers', stacked, [rows, in].
    // Called from several threads.
    virtual at::Tensor losses(const at::Tensor& weights, const ModuleSample& sample) const = 0;
    virtual bool needsOutput() const { return true; } // else the sample's may be undefined
};

// A dense gated MLP of which gate and up are searched: only the difference before its down projection counts.
bool isGatedMlp(const BlockSpec& block, const ScaleSet& set);

// Attention whose query, key and value are searched: one stacked projection, then heads, output projection, difference.
// A dense gated MLP: one stacked projection, the difference of the activations, then the down projection alone. Any
// other module: run as it is. `view` and `set` must outlive the runner; `rows`: of each consumer.
std::unique_ptr<ModuleRunner> makeModuleRunner(const BlockView& view, const ScaleSet& set,
                                               const std::vector<std::int64_t>& rows);

} // namespace awq::core
