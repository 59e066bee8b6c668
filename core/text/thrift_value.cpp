// SPDX-License-Identifier: GPL-3.0-or-later
// Reads Thrift's compact protocol.
#include "core/text/thrift_value.h"

namespace awq::core {
namespace {

constexpr int deepest = 32;
enum CompactType {
    isTrue = 1,
    isFalse = 2,
    byteType = 3,
    i16 = 4,
    i32 = 5,
    i64 = 6,
    doubleType = 7,
    binary = 8,
    list = 9,
    set = 10,
    structType = 12
};

} // namespace

const ThriftValue& ThriftValue::at(int id) const {
    const auto found = fields.find(id);
    if (found == fields.end())
        throw ParquetDamage("a field of the metadata is missing");
    return found->second;
}

std::uint8_t ThriftReader::readByte() {
    return take(1)[0];
}

std::span<const std::uint8_t> ThriftReader::take(std::size_t count) {
    if (count > left())
        throw ParquetDamage("the data end too early");
    const auto part = m_bytes.subspan(m_position, count);
    m_position += count;
    return part;
}

std::uint64_t ThriftReader::readVarint() {
    std::uint64_t value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
        const std::uint8_t byte = readByte();
        value |= std::uint64_t(byte & 127) << shift;
        if (!(byte & 128))
            return value;
    }
    throw ParquetDamage("a number is too long");
}

std::int64_t ThriftReader::readZigzag() {
    const std::uint64_t value = readVarint();
    return std::int64_t(value >> 1) ^ -std::int64_t(value & 1);
}

ThriftValue ThriftReader::readList() {
    ThriftValue value;
    const std::uint8_t header = readByte();
    const int type = header & 15;
    const std::uint64_t count = header >> 4 == 15 ? readVarint() : header >> 4;
    if (count > left())
        throw ParquetDamage("a list is longer than the data");
    for (std::uint64_t i = 0; i < count; ++i) {
        if (type == isTrue || type == isFalse) { // booleans in lists take a byte each
            ThriftValue item;
            item.number = readByte() == isTrue;
            value.items.push_back(item);
        } else {
            value.items.push_back(readValue(type));
        }
    }
    return value;
}

ThriftValue ThriftReader::readValue(int type) {
    ThriftValue value;
    switch (type) {
    case isTrue:
        value.number = 1;
        return value;
    case isFalse:
        return value;
    case byteType:
        value.number = std::int8_t(readByte());
        return value;
    case i16:
    case i32:
    case i64:
        value.number = readZigzag();
        return value;
    case doubleType:
        take(8);
        return value;
    case binary: {
        const auto bytes = take(readVarint());
        value.text.assign(bytes.begin(), bytes.end());
        return value;
    }
    case list:
    case set:
        return readList();
    case structType:
        return readStruct();
    default:
        throw ParquetDamage("unknown type in the metadata");
    }
}

ThriftValue ThriftReader::readStruct() {
    if (++m_depth > deepest)
        throw ParquetDamage("the metadata are nested too deep");
    ThriftValue value;
    int id = 0;
    for (;;) {
        const std::uint8_t header = readByte();
        if (!header)
            break;
        id = header >> 4 ? id + (header >> 4) : int(readZigzag());
        value.fields[id] = readValue(header & 15);
    }
    --m_depth;
    return value;
}

} // namespace awq::core
