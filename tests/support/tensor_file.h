// SPDX-License-Identifier: GPL-3.0-or-later
// Writes safetensors files for tests, without the product's own writer.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "core/dtype.h"

namespace awq::test {

struct StoredTensor {
    std::string name;
    core::DType dtype = core::DType::F32;
    std::vector<std::int64_t> shape;
    std::string bytes; // row-major, little-endian
};

// Values rounded to F64, F32, F16, BF16 or to an integer type.
StoredTensor storedTensor(const std::string& name, core::DType dtype, const std::vector<std::int64_t>& shape,
                          const std::vector<double>& values);

// Tensors lie in the file in the order given. Makes the folders; returns path.
std::filesystem::path writeTensorFile(const std::filesystem::path& path, const std::vector<StoredTensor>& tensors);

// One int32 tensor, as token id files hold it.
std::filesystem::path writeIdFile(const std::filesystem::path& path, const std::string& name, std::int64_t rows,
                                  const std::vector<std::int64_t>& ids);

} // namespace awq::test
