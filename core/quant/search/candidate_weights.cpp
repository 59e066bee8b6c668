// SPDX-License-Identifier: GPL-3.0-or-later
// Stacks consumers and rounds them, by our own kernel where there is a GPU.
#include "core/tensor.h"

#include "core/quant/search/candidate_weights_torch.h"

#include "core/quant/search/kernel_rounding_torch.h"

namespace awq::core {

CandidateWeights::CandidateWeights(const std::vector<SearchedWeight>& consumers, std::vector<at::Tensor> channelScales,
                                   const Workers& workers)
    : m_scales(std::move(channelScales)), m_workers(workers) {
    std::vector<at::Tensor> run;
    for (std::size_t i = 0; i < consumers.size(); ++i) {
        m_rows.push_back(consumers[i].weight.size(0));
        run.push_back(consumers[i].weight);
        if (i + 1 < consumers.size() && consumers[i + 1].format == consumers[i].format)
            continue;
        m_parts.push_back({run.size() == 1 ? run.front() : at::cat(run), consumers[i].format});
        run.clear();
    }
}

at::Tensor CandidateWeights::of(int candidate) const {
    const at::Tensor& scale = m_scales[std::size_t(candidate)];
    std::vector<at::Tensor> rounded;
    for (const Part& part : m_parts) {
        if (!part.format)
            rounded.push_back(part.weight);
        else if (kernelsTake(part.weight))
            rounded.push_back(scaledRoundTripByKernel(part.weight, scale, *part.format));
        else
            rounded.push_back(scaledRoundTrip(part.weight, scale, *part.format, m_workers));
    }
    return rounded.size() == 1 ? rounded.front() : at::cat(rounded);
}

} // namespace awq::core
