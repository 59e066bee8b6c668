// SPDX-License-Identifier: GPL-3.0-or-later
// A stored tensor: what it is and where its bytes lie; and its bytes once read.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/dtype.h"

namespace awq::core {

struct TensorInfo {
    std::string name;
    DType dtype = DType::F32;
    std::vector<std::int64_t> shape; // [] is a scalar
    std::filesystem::path file;
    std::uint64_t offset = 0;          // of the first element, from the start of the file
    std::uint64_t bytes = 0;           // elements times their size
    std::vector<std::int64_t> strides; // in elements; empty: row-major and contiguous
};

// Row-major, contiguous, aligned to the element size, little-endian. The bytes live as long as `owner`; they may be a
// read-only view of a mapped file, so never write to them.
struct TensorBytes {
    std::shared_ptr<const void> owner;
    std::span<const std::byte> bytes;
    DType dtype = DType::F32;
    std::vector<std::int64_t> shape;

    // The elements as T, whose size must be that of dtype.
    template <typename T>
    std::span<const T> as() const {
        return {reinterpret_cast<const T*>(bytes.data()), bytes.size() / sizeof(T)};
    }
};

// Product of the sizes. Throws Error(badInput) with `where` on a negative size or when the tensor's bytes exceed 2^62.
std::int64_t elementCount(std::span<const std::int64_t> shape, const std::string& where);

std::string shapeText(std::span<const std::int64_t> shape); // "[4096, 11008]"

// "FILE, tensor 'NAME', offset N" for errors.
std::string tensorPlace(const std::filesystem::path& file, std::string_view tensor, std::uint64_t offset);

// Copies values into bytes that own themselves.
template <typename T>
TensorBytes ownedTensor(std::vector<T> values, DType dtype, std::vector<std::int64_t> shape) {
    auto owner = std::make_shared<const std::vector<T>>(std::move(values));
    const auto bytes = std::as_bytes(std::span<const T>(*owner));
    return {owner, bytes, dtype, std::move(shape)};
}

} // namespace awq::core
