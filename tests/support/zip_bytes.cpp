// SPDX-License-Identifier: GPL-3.0-or-later
// Assembles zip archives and pickles.
#include "tests/support/zip_bytes.h"

namespace awq::test {
namespace {

using U16 = std::uint16_t;
using U32 = std::uint32_t;
using U64 = std::uint64_t;

std::string localHeader(const ZipItem& item) {
    return littleEndian<U32>(0x04034b50) + littleEndian<U16>(45) + littleEndian<U16>(0) +
           littleEndian<U16>(item.method) + littleEndian<U32>(0) + littleEndian<U32>(0) +
           littleEndian<U32>(U32(item.data.size())) + littleEndian<U32>(U32(item.data.size())) +
           littleEndian<U16>(U16(item.name.size())) + littleEndian<U16>(0) + item.name;
}

std::string centralRecord(const ZipItem& item, U64 offset, bool zip64) {
    const U64 size = item.data.size();
    const std::string extra = zip64 ? littleEndian<U16>(1) + littleEndian<U16>(24) + littleEndian(size) +
                                          littleEndian(size) + littleEndian(offset)
                                    : "";
    const U32 shownSize = zip64 ? 0xffffffff : U32(size), shownOffset = zip64 ? 0xffffffff : U32(offset);
    return littleEndian<U32>(0x02014b50) + littleEndian<U16>(45) + littleEndian<U16>(45) + littleEndian<U16>(0) +
           littleEndian<U16>(item.method) + littleEndian<U32>(0) + littleEndian<U32>(0) + littleEndian(shownSize) +
           littleEndian(shownSize) + littleEndian<U16>(U16(item.name.size())) + littleEndian<U16>(U16(extra.size())) +
           littleEndian<U16>(0) + littleEndian<U16>(0) + littleEndian<U16>(0) + littleEndian<U32>(0) +
           littleEndian(shownOffset) + item.name + extra;
}

} // namespace

std::string zipBytes(const std::vector<ZipItem>& items, bool zip64) {
    std::string file, directory;
    for (const ZipItem& item : items) {
        directory += centralRecord(item, file.size(), zip64);
        file += localHeader(item) + item.data;
    }
    const U64 start = file.size(), count = items.size(), size = directory.size();
    file += directory;
    if (zip64) {
        const U64 end64 = file.size();
        file += littleEndian<U32>(0x06064b50) + littleEndian<U64>(44) + littleEndian<U16>(45) + littleEndian<U16>(45) +
                littleEndian<U32>(0) + littleEndian<U32>(0) + littleEndian(count) + littleEndian(count) +
                littleEndian(size) + littleEndian(start);
        file += littleEndian<U32>(0x07064b50) + littleEndian<U32>(0) + littleEndian(end64) + littleEndian<U32>(1);
    }
    const U32 shown = 0xffffffff;
    return file + littleEndian<U32>(0x06054b50) + littleEndian<U16>(0) + littleEndian<U16>(0) +
           littleEndian<U16>(U16(count)) + littleEndian<U16>(U16(count)) + littleEndian(zip64 ? shown : U32(size)) +
           littleEndian(zip64 ? shown : U32(start)) + littleEndian<U16>(0);
}

namespace pickle {

std::string text(const std::string& value) {
    return "X" + littleEndian<U32>(U32(value.size())) + value;
}

std::string number(std::int64_t value) {
    if (value >= INT32_MIN && value <= INT32_MAX)
        return "J" + littleEndian<U32>(U32(value));
    return "\x8a\x08" + littleEndian(value);
}

std::string global(const std::string& module, const std::string& name) {
    return "c" + module + "\n" + name + "\n";
}

std::string numbers(const std::vector<std::int64_t>& values) {
    std::string body = "(";
    for (const std::int64_t value : values)
        body += number(value);
    return body + "t";
}

std::string tensor(const std::string& storage, const std::string& key, std::int64_t elements, std::int64_t offset,
                   const std::vector<std::int64_t>& shape, const std::vector<std::int64_t>& strides) {
    const std::string id =
        "(" + text("storage") + global("torch", storage) + text(key) + text("cpu") + number(elements) + "tQ";
    return global("torch._utils", "_rebuild_tensor_v2") + "(" + id + number(offset) + numbers(shape) +
           numbers(strides) + "\x89" + global("collections", "OrderedDict") + ")R" + "tR";
}

std::string file(const std::string& body) {
    return "\x80\x02" + body + ".";
}

} // namespace pickle
} // namespace awq::test
