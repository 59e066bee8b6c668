// SPDX-License-Identifier: GPL-3.0-or-later
// Linears, norms and activations as decoders use them; shared by blocks and by the decoder's two ends.
#pragma once

#include "core/model/decoder/block_weights_torch.h"
#include "core/model/decoder_spec.h"
#include "core/tensor.h"

namespace awq::core {

// x [..., in] -> [..., out].
at::Tensor applyLinear(const LinearSpec& linear, const BlockWeights& weights, const at::Tensor& x);

// Over the last dimension. RMSNorm rounds to the compute dtype before it multiplies by the weight, as Transformers do.
at::Tensor applyNorm(const NormSpec& norm, const BlockWeights& weights, const at::Tensor& x);

at::Tensor applyActivation(Activation activation, const at::Tensor& x);

// The type statistics are taken in: float64 for float64, else float32.
at::ScalarType statisticsType(const at::Tensor& x);

} // namespace awq::core
