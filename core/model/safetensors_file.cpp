// SPDX-License-Identifier: GPL-3.0-or-later
// Parses and checks safetensors headers.
#include "core/model/safetensors_file.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/json_text.h"

namespace awq::core {
namespace {

static_assert(std::endian::native == std::endian::little);
constexpr std::uint64_t longestHeader = 100'000'000;
constexpr const char* fetchAgain = "the file is damaged; fetch it again";

// The JSON text, without the length before it.
std::string_view headerText(const MappedFile& file) {
    std::uint64_t length = 0;
    if (file.size() < sizeof length)
        badInput("truncated: " + std::to_string(file.size()) + " bytes, a safetensors header starts with 8",
                 file.path().string(), fetchAgain);
    std::memcpy(&length, file.bytes().data(), sizeof length);
    if (length > longestHeader)
        badInput("the header claims " + std::to_string(length) +
                     " bytes, more than the 100000000 that safetensors allows",
                 tensorPlace(file.path(), {}, 0), "this is not a safetensors file, or it is damaged; fetch it again");
    if (length > file.size() - sizeof length)
        badInput("truncated inside the header: it claims " + std::to_string(length) + " bytes, the file has " +
                     std::to_string(file.size() - sizeof length),
                 tensorPlace(file.path(), {}, file.size()), fetchAgain);
    const std::string_view text(reinterpret_cast<const char*>(file.bytes().data()) + sizeof length, length);
    if (!text.starts_with('{'))
        badInput("the header does not start with '{'", tensorPlace(file.path(), {}, sizeof length),
                 "this is not a safetensors file, or it is damaged; fetch it again");
    return text;
}

std::map<std::string, std::string> readMetadata(const nlohmann::json& json, const std::string& where) {
    if (!json.is_object())
        badInput("__metadata__ is not an object", where, fetchAgain);
    std::map<std::string, std::string> metadata;
    for (const auto& [key, value] : json.items()) {
        if (!value.is_string())
            badInput("__metadata__ entry '" + key + "' is not text", where, fetchAgain);
        metadata[key] = value.get<std::string>();
    }
    return metadata;
}

const nlohmann::json& field(const nlohmann::json& entry, const char* key, const std::string& where) {
    if (!entry.is_object() || !entry.contains(key))
        badInput(std::string("the header entry has no '") + key + "'", where, fetchAgain);
    return entry.at(key);
}

std::vector<std::int64_t> unsignedArray(const nlohmann::json& json, const char* key, const std::string& where) {
    const auto isSize = [](const nlohmann::json& item) {
        return item.is_number_unsigned() && item.get<std::uint64_t>() <= std::uint64_t(INT64_MAX);
    };
    if (!json.is_array() || !std::all_of(json.begin(), json.end(), isSize))
        badInput(std::string("'") + key + "' is not a list of non-negative integers", where, fetchAgain);
    return json.get<std::vector<std::int64_t>>();
}

// One entry; offsets are checked against each other and the file afterwards.
TensorInfo readEntry(const std::string& name, const nlohmann::json& entry, const MappedFile& file,
                     std::uint64_t dataStart) {
    const std::string where = file.path().string() + ", tensor '" + name + "'";
    const nlohmann::json& type = field(entry, "dtype", where);
    const auto dtype = type.is_string() ? dtypeFromName(type.get<std::string>()) : std::nullopt;
    if (!dtype)
        badInput("element type " + type.dump() + " is not supported", where,
                 "convert the tensor to float16, bfloat16 or float32 first");
    TensorInfo info{name, *dtype, unsignedArray(field(entry, "shape", where), "shape", where), file.path(), 0, 0, {}};
    const auto offsets = unsignedArray(field(entry, "data_offsets", where), "data_offsets", where);
    if (offsets.size() != 2 || offsets[0] > offsets[1])
        badInput("'data_offsets' is not a begin and an end", where, fetchAgain);
    info.bytes = std::uint64_t(elementCount(info.shape, where)) * sizeOf(*dtype);
    if (info.bytes != std::uint64_t(offsets[1] - offsets[0]))
        badInput("shape " + shapeText(info.shape) + " of " + std::string(nameOf(*dtype)) + " needs " +
                     std::to_string(info.bytes) + " bytes, the header gives it " +
                     std::to_string(offsets[1] - offsets[0]),
                 where, fetchAgain);
    info.offset = dataStart + std::uint64_t(offsets[0]);
    return info;
}

// Tensors, sorted by offset, must follow each other without hole or overlap from the first to the last data byte.
void checkTiling(const std::vector<TensorInfo>& tensors, const MappedFile& file, std::uint64_t dataStart) {
    std::uint64_t end = dataStart;
    for (const TensorInfo& info : tensors) {
        const std::string where = tensorPlace(file.path(), info.name, info.offset);
        if (info.offset > end)
            badInput("hole of " + std::to_string(info.offset - end) + " bytes before the tensor", where, fetchAgain);
        if (info.offset < end)
            badInput("the tensor overlaps the one before it by " + std::to_string(end - info.offset) + " bytes", where,
                     fetchAgain);
        end += info.bytes;
    }
    if (end > file.size()) {
        const auto cut = std::find_if(tensors.begin(), tensors.end(),
                                      [&](const TensorInfo& info) { return info.offset + info.bytes > file.size(); });
        badInput("truncated: " + std::to_string(end - file.size()) + " bytes are missing at the end",
                 tensorPlace(file.path(), cut->name, cut->offset),
                 "the download was probably cut short; fetch the file again");
    }
    if (end < file.size())
        badInput(std::to_string(file.size() - end) + " bytes after the last tensor", tensorPlace(file.path(), {}, end),
                 fetchAgain);
}

} // namespace

SafetensorsHeader readSafetensorsHeader(const MappedFile& file) {
    const std::string_view text = headerText(file);
    const std::uint64_t dataStart = sizeof(std::uint64_t) + text.size();
    const nlohmann::json json = parseJson(text, file.path().string() + ", header");
    SafetensorsHeader header;
    for (const auto& [name, entry] : json.items()) {
        if (name == "__metadata__")
            header.metadata = readMetadata(entry, file.path().string());
        else
            header.tensors.push_back(readEntry(name, entry, file, dataStart));
    }
    std::sort(header.tensors.begin(), header.tensors.end(), [](const TensorInfo& a, const TensorInfo& b) {
        return std::pair(a.offset, a.offset + a.bytes) < std::pair(b.offset, b.offset + b.bytes);
    });
    checkTiling(header.tensors, file, dataStart);
    return header;
}

} // namespace awq::core
