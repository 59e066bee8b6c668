// SPDX-License-Identifier: GPL-3.0-or-later
// Which files of a model folder hold its weights.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace awq::core {

struct ShardList {
    std::filesystem::path index;                          // the index file; empty when there is a single weight file
    std::vector<std::filesystem::path> files;             // ascending by name
    std::map<std::string, std::filesystem::path> shardOf; // tensor -> file; empty without an index
};

// Order of preference: model.safetensors.index.json, model.safetensors, pytorch_model.bin.index.json,
// pytorch_model.bin, another *.safetensors.index.json, the only *.safetensors, the only *.pt. Throws Error(badInput)
// when there is none, when the index is malformed, names a file outside the folder or a shard that is not there.
ShardList findShards(const std::filesystem::path& folder);

} // namespace awq::core
