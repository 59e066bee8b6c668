// SPDX-License-Identifier: GPL-3.0-or-later
// Tensors as plain values and as stored bytes, and back.
#pragma once

#include <vector>

#include "core/dtype.h"
#include "core/model/tensor_info.h"
#include "core/tensor.h"

namespace awq::core {

std::vector<float> floatsOf(const at::Tensor& tensor);       // any device and float type, flattened
std::vector<std::uint8_t> bytesOf(const at::Tensor& tensor); // uint8, flattened
DType storedType(at::ScalarType type);                       // throws Error(internal) for types that are not stored
TensorBytes tensorBytes(const at::Tensor& tensor);           // shares the memory of a contiguous CPU tensor
at::Tensor tensorOf(const TensorBytes& bytes);               // a CPU tensor with its own memory

} // namespace awq::core
