// SPDX-License-Identifier: GPL-3.0-or-later
// Opens torch files and lists the tensors of state dicts.
#include "core/model/torch_zip_file.h"

#include <unordered_map>
#include <unordered_set>

#include "core/error.h"
#include "core/model/pickle_reader.h"
#include "core/model/zip_directory.h"

namespace awq::core {
namespace {

constexpr std::uint64_t longestPickle = 64u << 20; // bytes; a tensor takes 120 to 200

void requireZip(const MappedFile& file) {
    if (startsLikeZip(file))
        return;
    const bool legacy = file.size() >= 2 && file.bytes()[0] == std::byte{0x80} && file.bytes()[1] == std::byte{0x02};
    if (legacy)
        badInput("the file has PyTorch's format from before version 1.6, which is not read",
                 tensorPlace(file.path(), {}, 0),
                 "load it with a current PyTorch and save it again, best as safetensors");
    badInput("not a PyTorch file: it does not start with a zip entry", tensorPlace(file.path(), {}, 0),
             "give a .safetensors file or a file written by torch.save");
}

const ZipEntry& findPickle(const MappedFile& file, const std::vector<ZipEntry>& entries) {
    const ZipEntry* found = nullptr;
    for (const ZipEntry& entry : entries) {
        const std::size_t slash = entry.name.find('/');
        if (slash == std::string::npos || entry.name.substr(slash) != "/data.pkl")
            continue;
        if (found)
            badInput("the archive holds two pickles: " + found->name + " and " + entry.name, file.path().string(),
                     "fetch the file again");
        found = &entry;
    }
    if (!found)
        badInput("the zip archive holds no data.pkl, so torch.save did not write it", file.path().string(),
                 "give a file written by torch.save");
    if (found->bytes > longestPickle)
        badInput("data.pkl has " + std::to_string(found->bytes) + " bytes, more than tensors need",
                 tensorPlace(file.path(), {}, found->offset), "do not trust this file; fetch it from its publisher");
    return *found;
}

} // namespace

PickleValue readTorchZip(const MappedFile& file) {
    requireZip(file);
    const std::vector<ZipEntry> entries = readZipDirectory(file);
    const ZipEntry& pickle = findPickle(file, entries);
    const std::string root = pickle.name.substr(0, pickle.name.find('/'));
    std::unordered_map<std::string_view, const ZipEntry*> byName;
    for (const ZipEntry& entry : entries)
        byName.emplace(entry.name, &entry);
    if (const auto order = byName.find(root + "/byteorder"); order != byName.end() && order->second->bytes == 3)
        badInput("the file was written on a big-endian machine", file.path().string(),
                 "save it again on a little-endian machine");
    const StorageLookup storages = [&](const std::string& key) -> std::optional<StorageBytes> {
        const auto found = byName.find(root + "/data/" + key);
        if (found == byName.end())
            return std::nullopt;
        return StorageBytes{found->second->offset, found->second->bytes};
    };
    return readPickle(file.bytes().subspan(pickle.offset, pickle.bytes), file.path(), storages);
}

TorchZipFile TorchZipFile::open(const std::filesystem::path& path) {
    auto file = MappedFile::open(path);
    PickleValue root = readTorchZip(*file);
    return {std::move(file), std::move(root)};
}

std::vector<TensorInfo> readStateDict(const MappedFile& file) {
    const PickleValue root = readTorchZip(file);
    const auto* dict = root.as<PickleDict>();
    if (!dict)
        badInput("the file does not hold a state dict (tensors by name)", file.path().string(),
                 "save model.state_dict() with torch.save");
    std::vector<TensorInfo> tensors;
    std::unordered_set<std::string_view> names;
    for (const PickleEntry& entry : *dict) {
        const auto* name = entry.key.as<std::string>();
        const auto* tensor = entry.value.as<TensorInfo>();
        if (!name || !tensor)
            badInput("the state dict holds something else than a tensor under " +
                         (name ? "'" + *name + "'" : "a key that is not text"),
                     file.path().string(), "save model.state_dict() with torch.save");
        if (!names.insert(*name).second)
            badInput("tensor '" + *name + "' appears twice", file.path().string(), "fetch the file again");
        tensors.push_back(*tensor);
        tensors.back().name = *name;
    }
    return tensors;
}

} // namespace awq::core
