// SPDX-License-Identifier: GPL-3.0-or-later
// A Python value as a torch file holds it: numbers, text, lists, tuples, dicts and tensors.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/model/tensor_info.h"

namespace awq::core {

struct PickleValue;
struct PickleEntry;

using PickleList = std::vector<PickleValue>;
struct PickleTuple {
    std::vector<PickleValue> items;
};
using PickleDict = std::vector<PickleEntry>; // in insertion order; OrderedDict too

struct PickleValue {
    // std::monostate is None; a TensorInfo says where the tensor's bytes lie in the file.
    std::variant<std::monostate, bool, std::int64_t, double, std::string, PickleList, PickleTuple, PickleDict,
                 TensorInfo>
        value;

    template <typename T>
    const T* as() const {
        return std::get_if<T>(&value);
    }
};

struct PickleEntry {
    PickleValue key, value;
};

// The value under a text key, or null.
inline const PickleValue* find(const PickleDict& dict, std::string_view key) {
    for (const PickleEntry& entry : dict)
        if (const auto* text = entry.key.as<std::string>(); text && *text == key)
            return &entry.value;
    return nullptr;
}

} // namespace awq::core
