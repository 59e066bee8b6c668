// SPDX-License-Identifier: GPL-3.0-or-later
// Documents of a text file: .txt (one document as it is), .jsonl (a record a line), .json (a list of records, or as
// .jsonl), .parquet (a row each); all but .parquet also with .gz or .zst behind.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

namespace awq::core {

struct TextReport {
    std::int64_t documents = 0;    // passed on
    std::int64_t emptyRecords = 0; // left out: no text in them
};

// Return false to stop reading.
using DocumentCallback = std::function<bool(std::string&& text, std::int64_t record)>; // record: line or row, from 1

// Throws Error(badInput) with file and line or row: not readable, empty, another kind of file, not JSON, field absent
// (lists the fields that are there) or not a text, not UTF-8, damaged archive or parquet file.
TextReport readDocuments(const std::filesystem::path& file, const std::string& field,
                         const DocumentCallback& onDocument);

} // namespace awq::core
