// SPDX-License-Identifier: GPL-3.0-or-later
// A text column of a parquet file: flat, required or optional; plain, dictionary or delta-length encoded; none, snappy,
// gzip or zstd.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

namespace awq::core {

// Calls back with each row's text (empty for null) and its number from 1 until it returns false. Throws
// Error(badInput): no parquet file, no such column (lists the text columns), not a flat text column, an encoding that
// is not read, damaged (with the row).
void readParquetColumn(const std::filesystem::path& file, const std::string& column,
                       const std::function<bool(std::string&& text, std::int64_t row)>& onRow);

} // namespace awq::core
