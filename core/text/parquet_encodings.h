// SPDX-License-Identifier: GPL-3.0-or-later
// Page codecs and value encodings of parquet, as far as text columns use them. All throw ParquetDamage.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/text/thrift_value.h"

namespace awq::core {

using ByteSpan = std::span<const std::uint8_t>;

// Codec numbers of the format: 0 none, 1 snappy, 2 gzip, 6 zstd.
std::vector<std::uint8_t> unpackPage(int codec, ByteSpan packed, std::size_t size);

std::vector<std::uint32_t> readRunLengths(ByteSpan bytes, int bitWidth, std::size_t count); // RLE / bit-packed hybrid
std::vector<std::string> readPlainTexts(ByteSpan bytes, std::size_t count);
std::vector<std::string> readDeltaLengthTexts(ByteSpan bytes, std::size_t count);

} // namespace awq::core
