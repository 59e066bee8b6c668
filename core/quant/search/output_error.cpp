// SPDX-License-Identifier: GPL-3.0-or-later
// The error of a linear through the Gram matrix of its input.
#include "core/quant/search/output_error_torch.h"

namespace awq::core {

double GramError::squaredError(const std::vector<at::Tensor>& weights) {
    const at::Tensor change = (weights.at(0) - m_weight).to(at::kFloat);
    return at::mm(change, m_gram).mul_(change).sum(at::kDouble).item<double>();
}

} // namespace awq::core
