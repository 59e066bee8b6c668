// SPDX-License-Identifier: GPL-3.0-or-later
// Files of torch.save since version 1.6: a zip of stored entries with one pickle and one entry per tensor storage.
#pragma once

#include <filesystem>
#include <memory>
#include <vector>

#include "core/model/mapped_file.h"
#include "core/model/pickle_value.h"

namespace awq::core {

// Any value that torch.save wrote, for example a search result file of llm-awq.
class TorchZipFile {
public:
    // Throws Error(badInput) with file and offset for everything that is not a sound torch file.
    static TorchZipFile open(const std::filesystem::path& path);

    const PickleValue& root() const { return m_root; }
    TensorBytes read(const TensorInfo& info) const { return readTensor(m_file, info); } // info comes from root()

private:
    TorchZipFile(std::shared_ptr<const MappedFile> file, PickleValue root)
        : m_file(std::move(file)), m_root(std::move(root)) {}
    std::shared_ptr<const MappedFile> m_file;
    PickleValue m_root;
};

// The value a mapped torch file holds.
PickleValue readTorchZip(const MappedFile& file);

// The tensors of a state dict (text -> tensor), with their names. Throws Error(badInput) when the file holds anything
// else.
std::vector<TensorInfo> readStateDict(const MappedFile& file);

} // namespace awq::core
