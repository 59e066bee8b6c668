// SPDX-License-Identifier: GPL-3.0-or-later
// What a writer was asked to write, tensor by tensor, so that the written files can be compared with it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/dtype.h"

namespace awq::core {

struct TensorSpec {
    std::string name;
    DType dtype = DType::F32;
    std::vector<std::int64_t> shape;

    std::uint64_t bytes() const;
    bool operator==(const TensorSpec&) const = default;
};

struct WrittenTensor {
    TensorSpec spec;
    std::uint32_t crc = 0; // CRC-32 of the bytes
};
using Manifest = std::vector<WrittenTensor>;

std::uint32_t crc32Of(std::span<const std::byte> bytes); // the CRC of zip and zlib

} // namespace awq::core
