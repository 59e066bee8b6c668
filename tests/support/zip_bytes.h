// SPDX-License-Identifier: GPL-3.0-or-later
// Small zip archives and pickles assembled byte by byte, for tests of the torch file reader.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace awq::test {

// The bytes of a number, little-endian.
template <typename T>
std::string littleEndian(T value) {
    std::string bytes;
    for (std::size_t i = 0; i < sizeof value; ++i)
        bytes += char(std::uint64_t(value) >> (8 * i));
    return bytes;
}

struct ZipItem {
    std::string name, data;
    std::uint16_t method = 0; // 0: stored
};

// A plain archive without alignment; with zip64 set, sizes and offsets are in zip64 records alone.
std::string zipBytes(const std::vector<ZipItem>& items, bool zip64 = false);

// Pieces of pickles, as torch.save writes them.
namespace pickle {
std::string text(const std::string& value);
std::string number(std::int64_t value);
std::string global(const std::string& module, const std::string& name);
std::string numbers(const std::vector<std::int64_t>& values); // a tuple
// A tensor over storage `key` of `elements` elements; storage is "HalfStorage" or the like.
std::string tensor(const std::string& storage, const std::string& key, std::int64_t elements, std::int64_t offset,
                   const std::vector<std::int64_t>& shape, const std::vector<std::int64_t>& strides);
// PROTO 2, the body, STOP.
std::string file(const std::string& body);
} // namespace pickle

} // namespace awq::test
