// SPDX-License-Identifier: GPL-3.0-or-later
// Opens weight files of either container and looks tensors up by name.
#include "core/model/tensor_source.h"

#include <map>
#include <unordered_map>

#include "core/error.h"
#include "core/model/mapped_file.h"
#include "core/model/safetensors_file.h"
#include "core/model/shard_list.h"
#include "core/model/torch_zip_file.h"

namespace awq::core {

namespace fs = std::filesystem;

struct TensorSource::State {
    fs::path path;
    std::vector<fs::path> files;
    std::vector<TensorInfo> tensors;
    std::unordered_map<std::string_view, std::size_t> byName; // keys view into tensors
    std::map<fs::path, std::shared_ptr<const MappedFile>> maps;
};

namespace {

bool isSafetensors(const fs::path& file) {
    return file.extension() == ".safetensors";
}

ShardList listOf(const fs::path& path) {
    if (!fs::exists(path))
        badInput("no such file or folder", path.string(), "check the path");
    return fs::is_directory(path) ? findShards(path) : ShardList{{}, {path}, {}};
}

std::vector<TensorInfo> readHeader(const std::shared_ptr<const MappedFile>& map) {
    return isSafetensors(map->path()) ? readSafetensorsHeader(*map).tensors : readStateDict(*map);
}

// Keeps the tensors that the index places in `file`.
void keepIndexed(std::vector<TensorInfo>& tensors, const ShardList& list, const fs::path& file) {
    std::erase_if(tensors, [&](const TensorInfo& info) {
        const auto found = list.shardOf.find(info.name);
        return found == list.shardOf.end() || found->second != file;
    });
}

} // namespace

TensorSource TensorSource::open(const fs::path& path) {
    const ShardList list = listOf(path);
    auto state = std::make_shared<State>();
    state->path = path;
    state->files = list.files;
    for (const fs::path& file : list.files) {
        const auto map = MappedFile::open(file);
        state->maps[file] = map;
        std::vector<TensorInfo> tensors = readHeader(map);
        if (!list.shardOf.empty())
            keepIndexed(tensors, list, file);
        state->tensors.insert(state->tensors.end(), std::make_move_iterator(tensors.begin()),
                              std::make_move_iterator(tensors.end()));
    }
    for (std::size_t i = 0; i < state->tensors.size(); ++i)
        state->byName.emplace(state->tensors[i].name, i);
    for (const auto& [name, file] : list.shardOf)
        if (!state->byName.contains(name))
            badInput("the index places tensor '" + name + "' in " + file.filename().string() + ", but it is not there",
                     file.string(), "index and shards are of different versions; fetch all of them again");
    return TensorSource(std::move(state));
}

const fs::path& TensorSource::path() const {
    return m_state->path;
}
const std::vector<fs::path>& TensorSource::files() const {
    return m_state->files;
}
const std::vector<TensorInfo>& TensorSource::tensors() const {
    return m_state->tensors;
}

const TensorInfo* TensorSource::find(std::string_view name) const {
    const auto found = m_state->byName.find(name);
    return found == m_state->byName.end() ? nullptr : &m_state->tensors[found->second];
}

const TensorInfo& TensorSource::at(std::string_view name) const {
    if (const TensorInfo* info = find(name))
        return *info;
    badInput("tensor '" + std::string(name) + "' is missing", m_state->path.string(),
             "the checkpoint is incomplete or not of the architecture that config.json names");
}

TensorBytes TensorSource::read(std::string_view name) const {
    const TensorInfo& info = at(name);
    return readTensor(m_state->maps.at(info.file), info);
}

void TensorSource::prefetch(std::span<const std::string> names) const {
    for (const std::string& name : names)
        if (const TensorInfo* info = find(name))
            m_state->maps.at(info->file)->willNeed(info->offset, spannedBytes(*info));
}

void TensorSource::release(std::span<const std::string> names) const {
    for (const std::string& name : names)
        if (const TensorInfo* info = find(name))
            m_state->maps.at(info->file)->dontNeed(info->offset, spannedBytes(*info));
}

} // namespace awq::core
