// SPDX-License-Identifier: GPL-3.0-or-later
// Thrift's compact protocol as generic values: enough to read parquet metadata.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

namespace awq::core {

// Thrown by the parquet readers; the caller adds file and place.
struct ParquetDamage : std::runtime_error {
    using std::runtime_error::runtime_error;
};

struct ThriftValue {
    std::int64_t number = 0; // integers and booleans
    std::string text;        // binary
    std::vector<ThriftValue> items;
    std::map<int, ThriftValue> fields; // of a struct, by id

    bool has(int id) const { return fields.count(id) > 0; }
    const ThriftValue& at(int id) const;
};

// Walks over bytes; every step checks the end.
class ThriftReader {
public:
    explicit ThriftReader(std::span<const std::uint8_t> bytes) : m_bytes(bytes) {}

    ThriftValue readStruct();
    std::uint64_t readVarint();
    std::int64_t readZigzag();
    std::uint8_t readByte();
    std::span<const std::uint8_t> take(std::size_t count);
    std::size_t position() const { return m_position; }
    std::size_t left() const { return m_bytes.size() - m_position; }

private:
    ThriftValue readValue(int type);
    ThriftValue readList();

    std::span<const std::uint8_t> m_bytes;
    std::size_t m_position = 0;
    int m_depth = 0;
};

} // namespace awq::core
