// SPDX-License-Identifier: GPL-3.0-or-later
// Reads token id files.
#include "core/text/id_file.h"

#include <limits>

#include "core/content_hash.h"
#include "core/error.h"
#include "core/model/tensor_source.h"

namespace awq::core {

IdFile readIdFile(const std::filesystem::path& file, const std::string& name) {
    const TensorBytes tensor = TensorSource::open(file).read(name);
    const std::string where = file.string() + ", tensor '" + name + "'";
    if ((tensor.dtype != DType::I32 && tensor.dtype != DType::I64) || tensor.shape.size() != 2)
        badInput("token ids must be an int32 or int64 tensor [windows, tokens]", where,
                 "it is " + std::string(nameOf(tensor.dtype)) + " " + shapeText(tensor.shape));
    IdFile result;
    result.windows = tensor.shape[0];
    result.length = tensor.shape[1];
    if (result.windows * result.length == 0)
        badInput("there are no token ids", where, "give at least one window");
    if (tensor.dtype == DType::I32) {
        const auto ids = tensor.as<std::int32_t>();
        result.ids.assign(ids.begin(), ids.end());
        return result;
    }
    for (std::int64_t id : tensor.as<std::int64_t>()) {
        if (id < 0 || id > std::numeric_limits<std::int32_t>::max())
            badInput("token id " + std::to_string(id) + " is out of range", where);
        result.ids.push_back(std::int32_t(id));
    }
    return result;
}

std::string idsHash(std::span<const std::int32_t> ids, std::int64_t windows, std::int64_t length) {
    ContentHash hash;
    hash.add(std::uint64_t(windows)).add(std::uint64_t(length));
    const auto bytes = std::as_bytes(ids);
    hash.add(std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
    return hash.hex();
}

} // namespace awq::core
