// SPDX-License-Identifier: GPL-3.0-or-later
// The table of contents of a zip archive (with zip64) whose entries are stored without compression.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/model/mapped_file.h"

namespace awq::core {

struct ZipEntry {
    std::string name;
    std::uint64_t offset = 0; // of the data, from the start of the file
    std::uint64_t bytes = 0;
};

bool startsLikeZip(const MappedFile& file);

// Throws Error(badInput) with file and offset for truncation, compression, encryption, duplicate names and entries
// outside the file.
std::vector<ZipEntry> readZipDirectory(const MappedFile& file);

} // namespace awq::core
