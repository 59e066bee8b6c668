// SPDX-License-Identifier: GPL-3.0-or-later
// Sizes and texts of stored tensors.
#include "core/model/tensor_info.h"

#include "core/error.h"

namespace awq::core {

std::int64_t elementCount(std::span<const std::int64_t> shape, const std::string& where) {
    constexpr std::int64_t limit = std::int64_t(1) << 59; // elements of 8 bytes
    std::int64_t count = 1;
    bool empty = false;
    for (const std::int64_t size : shape) {
        if (size < 0)
            badInput("negative size in shape " + shapeText(shape), where, "the file is damaged; fetch it again");
        empty = empty || size == 0;
        if (size != 0 && count > limit / size)
            badInput("impossible shape " + shapeText(shape), where, "the file is damaged; fetch it again");
        count *= size == 0 ? 1 : size;
    }
    return empty ? 0 : count;
}

std::string shapeText(std::span<const std::int64_t> shape) {
    std::string text = "[";
    for (std::size_t i = 0; i < shape.size(); ++i)
        text += (i ? ", " : "") + std::to_string(shape[i]);
    return text + "]";
}

std::string tensorPlace(const std::filesystem::path& file, std::string_view tensor, std::uint64_t offset) {
    std::string place = file.string();
    if (!tensor.empty())
        place += ", tensor '" + std::string(tensor) + "'";
    return place + ", offset " + std::to_string(offset);
}

} // namespace awq::core
