// SPDX-License-Identifier: GPL-3.0-or-later
// Sizes and checksums of written tensors.
#include "core/export/manifest.h"

#include <zlib.h>

#include "core/model/tensor_info.h"

namespace awq::core {

std::uint64_t TensorSpec::bytes() const {
    return std::uint64_t(elementCount(shape, name)) * sizeOf(dtype);
}

std::uint32_t crc32Of(std::span<const std::byte> bytes) {
    return std::uint32_t(::crc32_z(0, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
}

} // namespace awq::core
