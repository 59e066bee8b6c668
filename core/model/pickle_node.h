// SPDX-License-Identifier: GPL-3.0-or-later
// The values a pickle builds while it is read: shared and mutable as in Python, owned by one arena. Used by the pickle
// reader only.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/model/pickle_reader.h"

namespace awq::core {

struct PickleNode {
    enum class Kind { none, boolean, integer, real, text, list, tuple, dict, global, storage, tensor };

    Kind kind = Kind::none;
    std::int64_t integer = 0; // boolean, integer; storage: elements
    double real = 0;
    std::string text;                     // text; global: "module.name"
    std::vector<const PickleNode*> items; // list, tuple; dict: key, value, key, value
    DType dtype = DType::F32;             // storage
    StorageBytes bytes;                   // storage
    std::unique_ptr<TensorInfo> tensor;
};

// Where a reader stands, for messages.
struct PicklePlace {
    std::filesystem::path file;
    std::size_t offset = 0; // in data.pkl
    std::string near;       // the last name before that, mostly the tensor's

    [[noreturn]] void refuse(const std::string& what,
                             const std::string& hint = "the file is damaged; fetch it again") const;
};

// The globals that may appear, as "module.name".
bool isAllowedGlobal(const std::string& name);

// What calling an allowed global with these arguments gives; filled into `result`.
void callGlobal(const PickleNode& global, const PickleNode& arguments, PickleNode& result, const PicklePlace& place);

// The storage that a persistent id ("storage", type, key, device, elements) names; filled into `result`.
void openStorage(const PickleNode& id, PickleNode& result, const StorageLookup& storages, const PicklePlace& place);

} // namespace awq::core
