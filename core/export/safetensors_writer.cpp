// SPDX-License-Identifier: GPL-3.0-or-later
// Lays out and fills safetensors shards.
#include "core/export/safetensors_writer.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/error.h"
#include "core/store/atomic_file.h"

namespace awq::core {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

// Data of wider types comes first, as in files of the safetensors library, so everything is aligned.
constexpr std::array<DType, 10> dataOrder{DType::I64, DType::F64, DType::F32, DType::I32, DType::BF16,
                                          DType::F16, DType::I16, DType::I8,  DType::U8,  DType::Bool};

std::size_t rankOf(DType dtype) {
    return std::size_t(std::find(dataOrder.begin(), dataOrder.end(), dtype) - dataOrder.begin());
}

// Rows of the manifest per shard, cut as huggingface_hub does it.
std::vector<std::vector<std::size_t>> divide(const Manifest& manifest, std::uint64_t maxShardBytes) {
    std::vector<std::vector<std::size_t>> shards;
    std::vector<std::size_t> open;
    std::uint64_t filled = 0;
    for (std::size_t row = 0; row < manifest.size(); ++row) {
        const std::uint64_t bytes = manifest[row].spec.bytes();
        if (bytes > maxShardBytes) {
            shards.push_back({row});
            continue;
        }
        if (filled + bytes > maxShardBytes) {
            shards.push_back(std::exchange(open, {}));
            filled = 0;
        }
        open.push_back(row);
        filled += bytes;
    }
    if (!open.empty() || shards.empty())
        shards.push_back(std::move(open));
    return shards;
}

std::string shardName(const std::string& stem, std::size_t shard, std::size_t shardCount) {
    if (shardCount == 1)
        return stem + ".safetensors";
    char suffix[48];
    std::snprintf(suffix, sizeof suffix, "-%05zu-of-%05zu.safetensors", shard + 1, shardCount);
    return stem + suffix;
}

[[noreturn]] void misuse(const std::string& what, std::string_view tensor) {
    throw Error(ErrorCode::internal, what, "tensor '" + std::string(tensor) + "'", "please report this as a bug");
}

} // namespace

SafetensorsWriter::SafetensorsWriter(const fs::path& folder, const std::string& stem,
                                     const std::vector<TensorSpec>& tensors, std::uint64_t maxShardBytes,
                                     std::map<std::string, std::string> metadata)
    : m_folder(folder), m_stem(stem), m_metadata(std::move(metadata)) {
    m_metadata["format"] = "pt"; // Transformers refuses files without it
    for (const TensorSpec& spec : tensors)
        m_manifest.push_back({spec, 0});
    const auto shards = divide(m_manifest, maxShardBytes);
    m_shards.reserve(shards.size());
    for (std::size_t shard = 0; shard < shards.size(); ++shard)
        createShard(shard, shards.size(), shards[shard]);
}

void SafetensorsWriter::createShard(std::size_t shard, std::size_t shardCount, std::vector<std::size_t> rows) {
    std::sort(rows.begin(), rows.end(), [this](std::size_t a, std::size_t b) {
        const TensorSpec &x = m_manifest[a].spec, &y = m_manifest[b].spec;
        return std::pair(rankOf(x.dtype), std::string_view(x.name)) <
               std::pair(rankOf(y.dtype), std::string_view(y.name));
    });
    Json header = Json::object();
    header["__metadata__"] = m_metadata;
    std::uint64_t end = 0;
    for (const std::size_t row : rows) {
        const TensorSpec& spec = m_manifest[row].spec;
        const std::uint64_t begin = end;
        end += spec.bytes();
        header[spec.name] = {{"dtype", nameOf(spec.dtype)}, {"shape", spec.shape}, {"data_offsets", {begin, end}}};
        if (!m_places.emplace(spec.name, Place{shard, begin, row, false}).second)
            misuse("a tensor is declared twice", spec.name);
    }
    std::string text = header.dump();
    text.resize((text.size() + 7) / 8 * 8, ' ');
    const std::uint64_t length = text.size(), dataStart = sizeof length + length;
    for (const std::size_t row : rows)
        m_places.at(m_manifest[row].spec.name).offset += dataStart;

    m_paths.push_back(m_folder / shardName(m_stem, shard, shardCount));
    OutputFile& file = m_shards.emplace_back(m_paths.back());
    file.reserve(dataStart + end);
    file.writeAt(0, std::as_bytes(std::span(&length, 1)));
    file.writeAt(sizeof length, std::as_bytes(std::span(text)));
}

void SafetensorsWriter::write(std::string_view name, std::span<const std::byte> bytes) {
    const auto found = m_places.find(name);
    if (found == m_places.end())
        misuse("a tensor was not declared before it was written", name);
    Place& place = found->second;
    WrittenTensor& tensor = m_manifest[place.row];
    if (place.written)
        misuse("a tensor was written twice", name);
    if (bytes.size() != tensor.spec.bytes())
        misuse("a tensor has " + std::to_string(bytes.size()) + " bytes instead of " +
                   std::to_string(tensor.spec.bytes()),
               name);
    m_shards[place.shard].writeAt(place.offset, bytes);
    tensor.crc = crc32Of(bytes);
    place.written = true;
}

void SafetensorsWriter::finish() {
    for (const auto& [name, place] : m_places)
        if (!place.written)
            misuse("a tensor was declared but never written", name);
    for (OutputFile& shard : m_shards)
        shard.sync();
    if (m_shards.size() > 1)
        writeIndex();
}

void SafetensorsWriter::writeIndex() {
    std::uint64_t total = 0;
    std::map<std::string, std::string> shardOf;
    for (const auto& [name, place] : m_places) {
        total += m_manifest[place.row].spec.bytes();
        shardOf[std::string(name)] = m_shards[place.shard].path().filename().string();
    }
    const Json index = {{"metadata", {{"total_size", total}}}, {"weight_map", shardOf}};
    m_paths.push_back(m_folder / (m_stem + ".safetensors.index.json"));
    writeFileAtomically(m_paths.back(), index.dump(2) + "\n");
}

void writeSafetensors(const fs::path& file, const std::vector<NamedTensor>& tensors,
                      std::map<std::string, std::string> metadata) {
    std::vector<TensorSpec> specs;
    for (const NamedTensor& tensor : tensors)
        specs.push_back(tensor.spec);
    const std::string stem = file.stem().string() + ".partial";
    const fs::path temporary = file.parent_path() / (stem + ".safetensors");
    fs::remove(temporary);
    SafetensorsWriter writer(file.parent_path(), stem, specs, UINT64_MAX, std::move(metadata));
    for (const NamedTensor& tensor : tensors)
        writer.write(tensor.spec.name, tensor.bytes);
    writer.finish();
    fs::rename(temporary, file);
    syncFolder(file.parent_path());
}

} // namespace awq::core
