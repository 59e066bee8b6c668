// SPDX-License-Identifier: GPL-3.0-or-later
// Reads the pickle of a torch file without running anything: protocol 2 opcodes as torch.save writes them, tensors,
// plain containers.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>

#include "core/model/pickle_value.h"

namespace awq::core {

// Where the bytes of a tensor storage lie.
struct StorageBytes {
    std::uint64_t offset = 0; // from the start of the file
    std::uint64_t bytes = 0;
};
using StorageLookup = std::function<std::optional<StorageBytes>(const std::string& key)>;

// Throws Error(badInput) with file and offset for: globals other than tensors, parameters, storages, OrderedDict, Size
// and device; other opcodes; truncation; tensors that leave their storage; nesting deeper than 100; values that expand
// out of proportion.
PickleValue readPickle(std::span<const std::byte> pickle, const std::filesystem::path& file,
                       const StorageLookup& storages);

} // namespace awq::core
