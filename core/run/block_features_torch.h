// SPDX-License-Identifier: GPL-3.0-or-later
// What the forward pass of a float block leaves for the search: inputs and outputs of the modules it inspects, so that
// no reference is ever computed twice.
#pragma once

#include <map>
#include <set>
#include <string>

#include "core/model/decoder/decoder_block_torch.h"
#include "core/model/decoder_spec.h"
#include "core/tensor.h"

namespace awq::core {

struct FeatureNeeds {
    std::set<std::string> inputs;    // of these linears
    std::set<InspectedKind> outputs; // of these modules
    std::int64_t valuesPerToken = 0; // all of them together
};

// Of a block whose scale sets are measured by running the inspected module.
FeatureNeeds featuresOf(const BlockSpec& block);

// Of one batch.
struct BlockFeatures {
    std::map<std::string, at::Tensor> inputs;
    std::map<InspectedKind, at::Tensor> outputs;

    at::Tensor input(const std::string& linear) const; // undefined: no token reached it
    at::Tensor output(InspectedKind kind) const;       // undefined: not kept
};

// Keeps what is needed and passes everything on.
class FeatureKeeper : public LinearObserver {
public:
    FeatureKeeper(const FeatureNeeds& needs, LinearObserver& next) : m_needs(needs), m_next(next) {}

    void onLinear(const std::string& name, const at::Tensor& input) override;
    void onModule(InspectedKind kind, const at::Tensor& output) override;
    BlockFeatures take() { return std::move(m_features); }

private:
    const FeatureNeeds& m_needs;
    LinearObserver& m_next;
    BlockFeatures m_features;
};

} // namespace awq::core
