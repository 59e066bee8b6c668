// SPDX-License-Identifier: GPL-3.0-or-later
// A plain safetensors writer for tests.
#include "tests/support/tensor_file.h"

#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace awq::test {
namespace {

template <typename T>
void append(std::string& bytes, T value) {
    bytes.append(reinterpret_cast<const char*>(&value), sizeof value);
}

void appendValue(std::string& bytes, core::DType dtype, double value) {
    switch (dtype) {
    case core::DType::F64:
        return append(bytes, value);
    case core::DType::F32:
        return append(bytes, float(value));
    case core::DType::F16:
        return append(bytes, core::floatToHalf(float(value)));
    case core::DType::BF16:
        return append(bytes, core::floatToBfloat16(float(value)));
    case core::DType::I64:
        return append(bytes, std::int64_t(value));
    case core::DType::I32:
        return append(bytes, std::int32_t(value));
    default:
        throw std::invalid_argument("test tensors are F64, F32, F16, BF16, I64 or I32");
    }
}

} // namespace

StoredTensor storedTensor(const std::string& name, core::DType dtype, const std::vector<std::int64_t>& shape,
                          const std::vector<double>& values) {
    StoredTensor tensor{name, dtype, shape, {}};
    tensor.bytes.reserve(values.size() * core::sizeOf(dtype));
    for (const double value : values)
        appendValue(tensor.bytes, dtype, value);
    return tensor;
}

std::filesystem::path writeTensorFile(const std::filesystem::path& path, const std::vector<StoredTensor>& tensors) {
    nlohmann::ordered_json header{{"__metadata__", {{"format", "pt"}}}};
    std::size_t offset = 0;
    for (const StoredTensor& tensor : tensors) {
        header[tensor.name] = {{"dtype", core::nameOf(tensor.dtype)},
                               {"shape", tensor.shape},
                               {"data_offsets", {offset, offset + tensor.bytes.size()}}};
        offset += tensor.bytes.size();
    }
    std::string text = header.dump();
    text.resize((text.size() + 7) / 8 * 8, ' ');
    std::string length;
    append(length, std::uint64_t(text.size()));
    std::filesystem::create_directories(path.parent_path());
    std::ofstream file(path, std::ios::binary);
    file << length << text;
    for (const StoredTensor& tensor : tensors)
        file << tensor.bytes;
    return path;
}

std::filesystem::path writeIdFile(const std::filesystem::path& path, const std::string& name, std::int64_t rows,
                                  const std::vector<std::int64_t>& ids) {
    const std::int64_t columns = std::int64_t(ids.size()) / rows;
    return writeTensorFile(path, {storedTensor(name, core::DType::I32, {rows, columns}, {ids.begin(), ids.end()})});
}

} // namespace awq::test
