// SPDX-License-Identifier: GPL-3.0-or-later
// Conversions between tensors and plain memory.
#include "core/run/tensor_values_torch.h"

#include <cstring>
#include <utility>

#include "core/error.h"
#include "core/model/decoder/block_weights_torch.h"

namespace awq::core {
namespace {

template <typename T>
std::vector<T> valuesOf(const at::Tensor& tensor) {
    const T* data = tensor.const_data_ptr<T>();
    return {data, data + tensor.numel()};
}

} // namespace

std::vector<float> floatsOf(const at::Tensor& tensor) {
    return valuesOf<float>(tensor.to(at::kCPU, at::kFloat).contiguous());
}

std::vector<std::uint8_t> bytesOf(const at::Tensor& tensor) {
    return valuesOf<std::uint8_t>(tensor.to(at::kCPU).contiguous());
}

DType storedType(at::ScalarType type) {
    for (DType dtype : {DType::F64, DType::F32, DType::F16, DType::BF16, DType::I64, DType::I32, DType::I16, DType::I8,
                        DType::U8, DType::Bool})
        if (torchType(dtype) == type)
            return dtype;
    throw Error(ErrorCode::internal, std::string("tensors of type ") + at::toString(type) + " cannot be stored");
}

TensorBytes tensorBytes(const at::Tensor& tensor) {
    const auto owner = std::make_shared<at::Tensor>(tensor.to(at::kCPU).contiguous());
    const auto* data = static_cast<const std::byte*>(owner->const_data_ptr());
    return {owner, {data, owner->nbytes()}, storedType(tensor.scalar_type()), tensor.sizes().vec()};
}

at::Tensor tensorOf(const TensorBytes& bytes) {
    at::Tensor tensor = at::empty(bytes.shape, at::TensorOptions(torchType(bytes.dtype)));
    std::memcpy(tensor.mutable_data_ptr(), bytes.bytes.data(), bytes.bytes.size());
    return tensor;
}

} // namespace awq::core
