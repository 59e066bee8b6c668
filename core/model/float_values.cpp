// SPDX-License-Identifier: GPL-3.0-or-later
// Conversions between stored float types.
#include "core/model/float_values.h"

#include <cmath>
#include <string>

#include "core/error.h"

namespace awq::core {
namespace {

[[noreturn]] void notFloat(DType dtype) {
    badInput("a tensor of type " + std::string(nameOf(dtype)) + " does not hold floats", {},
             "the checkpoint is not of a supported form");
}

template <typename Stored, typename Convert>
std::vector<float> read(const TensorBytes& tensor, Convert convert) {
    const auto stored = tensor.as<Stored>();
    std::vector<float> values(stored.size());
    for (std::size_t i = 0; i < values.size(); ++i)
        values[i] = convert(stored[i]);
    return values;
}

template <typename Stored, typename Convert>
TensorBytes write(std::span<const float> values, DType dtype, std::vector<std::int64_t> shape, Convert convert) {
    std::vector<Stored> stored(values.size());
    for (std::size_t i = 0; i < values.size(); ++i)
        stored[i] = convert(values[i]);
    return ownedTensor(std::move(stored), dtype, std::move(shape));
}

} // namespace

std::vector<float> toFloats(const TensorBytes& tensor) {
    switch (tensor.dtype) {
    case DType::F64:
        return read<double>(tensor, [](double value) { return float(value); });
    case DType::F32:
        return read<float>(tensor, [](float value) { return value; });
    case DType::F16:
        return read<std::uint16_t>(tensor, halfToFloat);
    case DType::BF16:
        return read<std::uint16_t>(tensor, bfloat16ToFloat);
    default:
        notFloat(tensor.dtype);
    }
}

TensorBytes fromFloats(std::span<const float> values, DType dtype, std::vector<std::int64_t> shape) {
    switch (dtype) {
    case DType::F64:
        return write<double>(values, dtype, std::move(shape), [](float value) { return double(value); });
    case DType::F32:
        return write<float>(values, dtype, std::move(shape), [](float value) { return value; });
    case DType::F16:
        return write<std::uint16_t>(values, dtype, std::move(shape), floatToHalf);
    case DType::BF16:
        return write<std::uint16_t>(values, dtype, std::move(shape), floatToBfloat16);
    default:
        notFloat(dtype);
    }
}

TensorBytes converted(const TensorBytes& tensor, DType dtype, const std::string& name) {
    if (tensor.dtype == dtype || !isFloat(tensor.dtype))
        return tensor;
    const std::vector<float> values = toFloats(tensor);
    TensorBytes result = fromFloats(values, dtype, tensor.shape);
    const float largest = dtype == DType::F16    ? 65520.0f
                          : dtype == DType::BF16 ? 0x1.ffp127f
                                                 : INFINITY; // rounds to infinity from here on
    for (const float value : values)
        if (std::isfinite(value) && std::abs(value) >= largest)
            badInput("the value " + std::to_string(value) + " does not fit into " + std::string(nameOf(dtype)),
                     "tensor '" + name + "'",
                     "choose a format that keeps the model's own type, such as compressed-tensors");
    return result;
}

} // namespace awq::core
