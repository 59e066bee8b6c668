// SPDX-License-Identifier: GPL-3.0-or-later
// Rounds the linears of one stage as the recipe asks: target, ranges, error compensation, refinement.
#pragma once

#include <map>
#include <string>

#include "core/quant/search/corrected_target_torch.h"
#include "core/run/block_inputs_torch.h"
#include "core/run/block_stages_torch.h"
#include "core/run/linear_rounding_torch.h"

namespace awq::core {

// What the linears of a stage have in common. `moments`: means, gram defined.
struct StageInputs {
    const InputMoments& moments;
    const InputRecorder& recorded; // of the float block, for llm-awq's clip search
    const ScalesByLinear& scales;
    const AwqResults* given = nullptr; // clips of a result file instead of a search
};

class StageRounder {
public:
    StageRounder(const BlockView& view, const StageInputs& inputs) : m_view(view), m_inputs(inputs) {}

    // `fullName`: the linear's in a result file. The result's outputMse is that of the target on the stage's inputs.
    RoundedLinear round(const LinearSpec& linear, const GroupFormat& format, const std::string& fullName);

private:
    // Of the inputs as the scaled weight sees them; linears of one channel scale share it.
    struct ScaledGram {
        at::Tensor columnScale, exact, withDamping, factor;
    };
    const ScaledGram& gramFor(const at::Tensor& columnScale);
    at::Tensor targetOf(const at::Tensor& original);
    double damping() const;

    const BlockView& m_view;
    const StageInputs& m_inputs;
    ScaledGram m_gram;
    at::Tensor m_targetFactor; // double [in, in]
};

} // namespace awq::core
