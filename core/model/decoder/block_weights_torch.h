// SPDX-License-Identifier: GPL-3.0-or-later
// The tensors of one block, of the embedding or of the head, on a device in the compute dtype.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "core/model/decoder/packed_linear_torch.h"
#include "core/model/model_folder.h"
#include "core/tensor.h"

namespace awq::core {

// By relative name: "self_attn.q_proj.weight" [out, in]. Copying shares the tensors; replace entries, never write into
// them.
struct BlockWeights {
    std::map<std::string, at::Tensor, std::less<>> tensors;
    // By the linear's relative name, "self_attn.q_proj"; such a linear has no weight among the tensors.
    std::map<std::string, std::shared_ptr<const PackedLinear>, std::less<>> packed;

    const at::Tensor& at(std::string_view name) const; // throws Error(internal) when absent
    at::Tensor find(std::string_view name) const;      // undefined when absent
    std::int64_t bytes() const;                        // of all of them
};

// Where and in what type to compute.
struct ComputePlace {
    at::Device device = at::kCPU;
    at::ScalarType dtype = at::kFloat; // kFloat, kHalf, kBFloat16, kDouble
};

at::ScalarType torchType(DType dtype);

// The stored tensor on the device; float tensors are converted to the compute dtype. Throws Error(badInput) with the
// tensor's name and the first bad index when a value is not finite (or becomes infinite in a narrower type).
at::Tensor loadTensor(const ModelFolder& folder, const std::string& fullName, const ComputePlace& place);

// How the linears of a quantized folder are brought.
struct LinearStorage {
    bool packed = false; // stay packed where PackedLinear::canHold(); else, and for the others, float weights
    at::Tensor workspace;

    static LinearStorage asFloats() { return {}; }
    static LinearStorage asStored(const ComputePlace& place) {
        return {true, PackedLinear::makeWorkspace(place.device)};
    }
};

// All tensors of the block.
BlockWeights loadBlock(const ModelFolder& folder, int block, const ComputePlace& place,
                       const LinearStorage& storage = LinearStorage::asFloats());

// By their full names.
BlockWeights loadEmbedding(const ModelFolder& folder, const ComputePlace& place);
BlockWeights loadHead(const ModelFolder& folder, const ComputePlace& place);

} // namespace awq::core
