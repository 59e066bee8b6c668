// SPDX-License-Identifier: GPL-3.0-or-later
// Finds the weight files of a model folder and reads shard indexes.
#include "core/model/shard_list.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "core/error.h"
#include "core/json_text.h"

namespace awq::core {
namespace {

namespace fs = std::filesystem;

// A shard must lie in the folder; links inside the folder may point anywhere (model caches do that).
bool staysInside(const fs::path& name) {
    return !name.empty() && name.is_relative() && std::find(name.begin(), name.end(), fs::path("..")) == name.end();
}

ShardList readIndex(const fs::path& index) {
    const nlohmann::json json = readJsonFile(index);
    if (!json.is_object() || !json.contains("weight_map") || !json["weight_map"].is_object() ||
        json["weight_map"].empty())
        badInput("the index has no 'weight_map'", index.string(), "fetch the index file again");
    ShardList list{index, {}, {}};
    std::set<fs::path> files;
    for (const auto& [tensor, value] : json["weight_map"].items()) {
        if (!value.is_string() || !staysInside(value.get<std::string>()))
            badInput("the index places tensor '" + tensor + "' in " + value.dump() +
                         ", which is not a file inside the model folder",
                     index.string(), "do not trust this download; fetch the index file from the model's publisher");
        const fs::path file = index.parent_path() / value.get<std::string>();
        files.insert(file);
        list.shardOf[tensor] = file;
    }
    for (const fs::path& file : files)
        if (!fs::is_regular_file(file))
            badInput("shard missing: the index names " + file.filename().string() + " (" +
                         std::to_string(files.size()) + " shards in all)",
                     file.string(), "download the missing shard into the model folder");
    list.files.assign(files.begin(), files.end());
    return list;
}

std::vector<fs::path> filesEndingWith(const fs::path& folder, std::string_view ending) {
    std::vector<fs::path> found;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder))
        if (entry.is_regular_file() && entry.path().filename().string().ends_with(ending))
            found.push_back(entry.path());
    std::sort(found.begin(), found.end());
    return found;
}

// A name like model-00002-of-00006.safetensors, whose index is gone.
bool isShardName(const fs::path& file) {
    return file.filename().string().find("-of-") != std::string::npos;
}

} // namespace

ShardList findShards(const fs::path& folder) {
    for (const char* name : {"model.safetensors", "pytorch_model.bin"}) {
        if (const fs::path index = folder / (std::string(name) + ".index.json"); fs::exists(index))
            return readIndex(index);
        if (fs::exists(folder / name))
            return {{}, {folder / name}, {}};
    }
    if (const auto indexes = filesEndingWith(folder, ".safetensors.index.json"); indexes.size() == 1)
        return readIndex(indexes.front());
    for (const char* ending : {".safetensors", ".bin", ".pt"}) {
        const auto found = filesEndingWith(folder, ending);
        if (!found.empty() && isShardName(found.front()))
            badInput("found " + found.front().filename().string() +
                         " but no index that says which shards belong together",
                     folder.string(),
                     "download model.safetensors.index.json (or pytorch_model.bin.index.json) into the folder");
        if (found.size() == 1)
            return {{}, found, {}};
    }
    badInput("no weights found: neither model.safetensors nor pytorch_model.bin nor an index of shards",
             folder.string(), "give the folder that holds config.json and the weight files");
}

} // namespace awq::core
