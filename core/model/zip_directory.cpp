// SPDX-License-Identifier: GPL-3.0-or-later
// Reads zip central directories (APPNOTE sections 4.3 and 4.5.3).
#include "core/model/zip_directory.h"

#include <algorithm>
#include <cstring>
#include <optional>
#include <unordered_set>

#include "core/error.h"

namespace awq::core {
namespace {

constexpr std::uint32_t localSignature = 0x04034b50, centralSignature = 0x02014b50, endSignature = 0x06054b50;
constexpr std::uint32_t end64Signature = 0x06064b50, locator64Signature = 0x07064b50;
constexpr std::uint64_t localSize = 30, centralSize = 46, endSize = 22, end64Size = 56, locator64Size = 20;

[[noreturn]] void damaged(const MappedFile& file, const std::string& what, std::uint64_t offset) {
    badInput(what, tensorPlace(file.path(), {}, offset), "the file was cut short or is damaged; fetch it again");
}

// A little-endian unsigned integer; the place is checked against the end of the file.
template <typename T>
std::uint64_t number(const MappedFile& file, std::uint64_t offset) {
    T value{};
    if (offset > file.size() || file.size() - offset < sizeof value)
        damaged(file, "truncated zip archive", offset);
    std::memcpy(&value, file.bytes().data() + offset, sizeof value);
    return value;
}
constexpr auto u16 = number<std::uint16_t>;
constexpr auto u32 = number<std::uint32_t>;
constexpr auto u64 = number<std::uint64_t>;

struct Directory {
    std::uint64_t offset = 0, bytes = 0, entries = 0;
};

// The end record is within the last 22 + 65535 bytes (its comment may follow).
std::uint64_t findEndRecord(const MappedFile& file) {
    if (file.size() >= endSize) {
        const std::uint64_t last = file.size() - endSize;
        const std::uint64_t first = last > 0xffff ? last - 0xffff : 0;
        for (std::uint64_t offset = last + 1; offset-- > first;)
            if (u32(file, offset) == endSignature && offset + endSize + u16(file, offset + 20) == file.size())
                return offset;
    }
    damaged(file, "truncated: the zip archive has no end record", file.size());
}

Directory findDirectory(const MappedFile& file) {
    const std::uint64_t end = findEndRecord(file);
    Directory directory{u32(file, end + 16), u32(file, end + 12), u16(file, end + 10)};
    const bool zip64 = end >= locator64Size && u32(file, end - locator64Size) == locator64Signature;
    if (zip64) {
        const std::uint64_t end64 = u64(file, end - locator64Size + 8);
        if (end64 > file.size() || file.size() - end64 < end64Size || u32(file, end64) != end64Signature)
            damaged(file, "the zip64 end record is not where the archive says", end64);
        directory = {u64(file, end64 + 48), u64(file, end64 + 40), u64(file, end64 + 32)};
    }
    if (directory.offset > end || directory.bytes > end - directory.offset)
        damaged(file, "the zip directory lies outside the file", directory.offset);
    if (directory.entries > directory.bytes / centralSize)
        damaged(file, "the zip directory is too small for its " + std::to_string(directory.entries) + " entries",
                directory.offset);
    return directory;
}

// Values of the zip64 extra field replace 32-bit fields that hold 0xffffffff, in this order.
void applyZip64(const MappedFile& file, std::uint64_t extra, std::uint64_t extraEnd,
                std::initializer_list<std::uint64_t*> fields) {
    while (extra + 4 <= extraEnd) {
        const std::uint64_t id = u16(file, extra), size = u16(file, extra + 2);
        extra += 4;
        if (id == 1) {
            const std::uint64_t end = std::min(extraEnd, extra + size);
            for (std::uint64_t* field : fields)
                if (*field == 0xffffffff) {
                    if (extra + 8 > end)
                        damaged(file, "the zip64 field of an entry is too short", extra);
                    *field = u64(file, extra);
                    extra += 8;
                }
            return;
        }
        extra += size;
    }
}

// Where the data of the entry whose local header is at `header` starts.
std::uint64_t dataOffset(const MappedFile& file, std::uint64_t header, const std::string& name) {
    if (header > file.size() || file.size() - header < localSize || u32(file, header) != localSignature)
        damaged(file, "the zip entry '" + name + "' is not where the directory says", header);
    return header + localSize + u16(file, header + 26) + u16(file, header + 28);
}

// Reads the directory record at `record` and moves it to the next one.
ZipEntry readEntry(const MappedFile& file, std::uint64_t& record, std::uint64_t directoryEnd) {
    if (directoryEnd - record < centralSize || u32(file, record) != centralSignature)
        damaged(file, "damaged zip directory", record);
    const std::uint64_t flags = u16(file, record + 8), method = u16(file, record + 10);
    std::uint64_t compressed = u32(file, record + 20), bytes = u32(file, record + 24), header = u32(file, record + 42);
    const std::uint64_t nameSize = u16(file, record + 28), extraSize = u16(file, record + 30),
                        commentSize = u16(file, record + 32);
    const std::uint64_t name = record + centralSize;
    if (nameSize + extraSize + commentSize > directoryEnd - name)
        damaged(file, "damaged zip directory", record);
    ZipEntry entry{std::string(reinterpret_cast<const char*>(file.bytes().data()) + name, nameSize), 0, 0};
    applyZip64(file, name + nameSize, name + nameSize + extraSize, {&bytes, &compressed, &header});
    if (method != 0 || compressed != bytes || (flags & 1))
        badInput("the zip entry '" + entry.name + "' is compressed or encrypted; torch stores its entries plainly",
                 tensorPlace(file.path(), {}, record), "save the file again with torch.save");
    entry.offset = dataOffset(file, header, entry.name);
    entry.bytes = bytes;
    if (entry.offset > file.size() || bytes > file.size() - entry.offset)
        damaged(file, "truncated: the zip entry '" + entry.name + "' ends beyond the file", entry.offset);
    record = name + nameSize + extraSize + commentSize;
    return entry;
}

} // namespace

bool startsLikeZip(const MappedFile& file) {
    return file.size() >= 4 && u32(file, 0) == localSignature;
}

std::vector<ZipEntry> readZipDirectory(const MappedFile& file) {
    const Directory directory = findDirectory(file);
    std::vector<ZipEntry> entries;
    std::unordered_set<std::string> names;
    std::uint64_t record = directory.offset;
    for (std::uint64_t i = 0; i < directory.entries; ++i) {
        entries.push_back(readEntry(file, record, directory.offset + directory.bytes));
        if (!names.insert(entries.back().name).second)
            damaged(file, "the zip entry '" + entries.back().name + "' appears twice", record);
    }
    return entries;
}

} // namespace awq::core
