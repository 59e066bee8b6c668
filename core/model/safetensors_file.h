// SPDX-License-Identifier: GPL-3.0-or-later
// The header of a safetensors file: u64 length, JSON of that length, then the data that the tensors tile exactly.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/model/mapped_file.h"

namespace awq::core {

struct SafetensorsHeader {
    std::vector<TensorInfo> tensors;             // in the order of their data
    std::map<std::string, std::string> metadata; // "__metadata__"
};

// Touches the header's pages only. Throws Error(badInput) with file, tensor and offset for: a truncated file, a header
// longer than 100,000,000 bytes, invalid JSON, duplicate keys, unknown element types, sizes that do not match, holes,
// overlaps, trailing bytes.
SafetensorsHeader readSafetensorsHeader(const MappedFile& file);

} // namespace awq::core
