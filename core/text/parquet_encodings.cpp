// SPDX-License-Identifier: GPL-3.0-or-later
// Decompression and value encodings.
#include "core/text/parquet_encodings.h"

#include <algorithm>
#include <cstring>
#include <snappy-c.h>
#include <zlib.h>
#include <zstd.h>

namespace awq::core {
namespace {

__extension__ typedef unsigned __int128 Wide;

bool inflateAll(ByteSpan packed, std::vector<std::uint8_t>& out) {
    z_stream stream{};
    stream.next_in = const_cast<Bytef*>(packed.data());
    stream.avail_in = uInt(packed.size());
    stream.next_out = out.data();
    stream.avail_out = uInt(out.size());
    constexpr int gzipWindow = 31;
    if (inflateInit2(&stream, gzipWindow) != Z_OK)
        return false;
    const int code = inflate(&stream, Z_FINISH);
    inflateEnd(&stream);
    return code == Z_STREAM_END && stream.avail_out == 0;
}

// DELTA_BINARY_PACKED integers; leaves the reader behind them.
std::vector<std::int64_t> readDeltas(ThriftReader& reader) {
    const std::uint64_t blockSize = reader.readVarint(), miniBlocks = reader.readVarint(), count = reader.readVarint();
    std::int64_t value = reader.readZigzag();
    if (miniBlocks == 0 || blockSize % miniBlocks != 0 || blockSize > (1U << 20) || count > (1U << 30))
        throw ParquetDamage("a delta block has an impossible size");
    const std::uint64_t perMiniBlock = blockSize / miniBlocks;
    std::vector<std::int64_t> values;
    if (count > 0)
        values.push_back(value);
    while (values.size() < count) {
        const std::int64_t minimum = reader.readZigzag();
        const ByteSpan widths = reader.take(miniBlocks);
        for (std::uint64_t mini = 0; mini < miniBlocks && values.size() < count; ++mini) {
            const int width = widths[mini];
            if (width > 64)
                throw ParquetDamage("a delta is wider than 64 bits");
            const ByteSpan packed = reader.take(perMiniBlock * std::uint64_t(width) / 8);
            Wide bits = 0;
            int have = 0;
            std::size_t next = 0;
            for (std::uint64_t i = 0; i < perMiniBlock && values.size() < count; ++i) {
                for (; have < width; have += 8)
                    bits |= Wide(packed[next++]) << have;
                const auto delta = width ? std::uint64_t(bits & ((Wide(1) << width) - 1)) : 0;
                bits >>= width;
                have -= width;
                value = std::int64_t(std::uint64_t(value) + std::uint64_t(minimum) + delta);
                values.push_back(value);
            }
        }
    }
    return values;
}

std::string textOf(ByteSpan bytes) {
    return {bytes.begin(), bytes.end()};
}

} // namespace

std::vector<std::uint8_t> unpackPage(int codec, ByteSpan packed, std::size_t size) {
    constexpr std::size_t largestPage = std::size_t(1) << 31;
    if (size > largestPage)
        throw ParquetDamage("a page is larger than 2 GiB");
    std::vector<std::uint8_t> out(size);
    bool whole = false;
    std::size_t length = size;
    switch (codec) {
    case 0:
        return {packed.begin(), packed.end()};
    case 1:
        whole = snappy_uncompress(reinterpret_cast<const char*>(packed.data()), packed.size(),
                                  reinterpret_cast<char*>(out.data()), &length) == SNAPPY_OK &&
                length == size;
        break;
    case 2:
        whole = inflateAll(packed, out);
        break;
    case 6:
        whole = ZSTD_decompress(out.data(), size, packed.data(), packed.size()) == size;
        break;
    default:
        throw ParquetDamage("compression number " + std::to_string(codec) + " is not read; snappy, gzip and zstd are");
    }
    if (!whole)
        throw ParquetDamage("a compressed page is damaged");
    return out;
}

std::vector<std::uint32_t> readRunLengths(ByteSpan bytes, int bitWidth, std::size_t count) {
    if (bitWidth > 32)
        throw ParquetDamage("an index is wider than 32 bits");
    std::vector<std::uint32_t> values;
    ThriftReader reader(bytes);
    while (values.size() < count) {
        const std::uint64_t header = reader.readVarint();
        if (header & 1) { // groups of eight, bit-packed; the last may be cut short
            std::uint64_t bits = 0;
            int have = 0;
            const std::uint64_t groups = header >> 1;
            const std::size_t wanted =
                std::size_t(std::min<std::uint64_t>(groups * std::uint64_t(bitWidth), reader.left()));
            const ByteSpan packed = reader.take(wanted);
            std::size_t next = 0;
            for (std::uint64_t i = 0; i < groups * 8 && values.size() < count; ++i) {
                for (; have < bitWidth; have += 8)
                    bits |= std::uint64_t(next < packed.size() ? packed[next] : 0) << have, ++next;
                values.push_back(std::uint32_t(bits & ((std::uint64_t(1) << bitWidth) - 1)));
                bits >>= bitWidth;
                have -= bitWidth;
            }
        } else {
            std::uint32_t value = 0;
            for (int i = 0; i < (bitWidth + 7) / 8; ++i)
                value |= std::uint32_t(reader.readByte()) << (8 * i);
            if (header == 0)
                throw ParquetDamage("an empty run");
            values.insert(values.end(), std::size_t(std::min<std::uint64_t>(header >> 1, count - values.size())),
                          value);
        }
    }
    return values;
}

std::vector<std::string> readPlainTexts(ByteSpan bytes, std::size_t count) {
    std::vector<std::string> texts;
    ThriftReader reader(bytes);
    for (std::size_t i = 0; i < count; ++i) {
        std::uint32_t length = 0;
        std::memcpy(&length, reader.take(4).data(), 4);
        texts.push_back(textOf(reader.take(length)));
    }
    return texts;
}

std::vector<std::string> readDeltaLengthTexts(ByteSpan bytes, std::size_t count) {
    ThriftReader reader(bytes);
    const std::vector<std::int64_t> lengths = readDeltas(reader);
    if (lengths.size() < count)
        throw ParquetDamage("fewer texts than announced");
    std::vector<std::string> texts;
    for (std::size_t i = 0; i < count; ++i) {
        if (lengths[i] < 0)
            throw ParquetDamage("a text has a negative length");
        texts.push_back(textOf(reader.take(std::size_t(lengths[i]))));
    }
    return texts;
}

} // namespace awq::core
