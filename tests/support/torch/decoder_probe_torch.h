// SPDX-License-Identifier: GPL-3.0-or-later
// Perplexity of a model whose block weights a test replaces on the way.
#pragma once

#include <functional>

#include "core/model/decoder/block_weights_torch.h"
#include "tests/support/torch/decoder_probe.h"

namespace awq::test {

using ChangeBlock = std::function<void(int block, core::BlockWeights& weights)>;

// As computePerplexity(); `change` sees the weights of every block, float32, once per 16 sequences.
double computePerplexity(const std::filesystem::path& model, const TokenIds& ids, const ChangeBlock& change);

} // namespace awq::test
