// SPDX-License-Identifier: GPL-3.0-or-later
// Stored zip archives, with zip64 where sizes need it (APPNOTE 4.3, 4.5.3), data aligned to 64 bytes like PyTorch's
// own.
#include "core/export/torch_zip_writer.h"

#include <algorithm>

#include "core/export/manifest.h"
#include "core/export/pickle_writer.h"

namespace awq::core {
namespace {

constexpr std::uint64_t alignment = 64;
constexpr std::uint32_t seeZip64 = 0xffffffff;
constexpr std::uint16_t version = 45; // zip64
constexpr std::uint16_t utf8Names = 0x800;
constexpr std::uint16_t paddingId = 0x4246; // "FB": PyTorch's padding field

class Record {
public:
    explicit Record(std::uint32_t signature) { u32(signature); }
    Record() = default;

    Record& u16(std::uint64_t value) { return number(value, 2); }
    Record& u32(std::uint64_t value) { return number(value, 4); }
    Record& u64(std::uint64_t value) { return number(value, 8); }
    Record& text(std::string_view value) {
        m_bytes += value;
        return *this;
    }
    const std::string& bytes() const { return m_bytes; }

private:
    Record& number(std::uint64_t value, int bytes) {
        for (int i = 0; i < bytes; ++i)
            m_bytes += char(value >> (8 * i));
        return *this;
    }
    std::string m_bytes;
};

std::uint32_t clamped(std::uint64_t value) {
    return value >= seeZip64 ? seeZip64 : std::uint32_t(value);
}

} // namespace

TorchZipWriter::TorchZipWriter(const std::filesystem::path& path, std::string root)
    : m_file(path), m_root(std::move(root)) {}

PickleValue TorchZipWriter::add(DType dtype, const std::vector<std::int64_t>& shape, std::span<const std::byte> bytes) {
    const std::string key = std::to_string(m_storages++);
    addEntry("data/" + key, bytes);
    return {TensorInfo{key, dtype, shape, {}, 0, bytes.size(), {}}};
}

void TorchZipWriter::addEntry(const std::string& name, std::span<const std::byte> bytes) {
    const Entry entry{m_root + "/" + name, crc32Of(bytes), bytes.size(), m_file.size()};
    Record extra;
    if (entry.bytes >= seeZip64)
        extra.u16(1).u16(16).u64(entry.bytes).u64(entry.bytes);
    const std::uint64_t unpadded = entry.offset + 30 + entry.name.size() + extra.bytes().size() + 4;
    const std::uint64_t padding = (alignment - unpadded % alignment) % alignment;
    extra.u16(paddingId).u16(padding).text(std::string(padding, 'Z'));
    Record header(0x04034b50);
    header.u16(version).u16(utf8Names).u16(0).u32(0).u32(entry.crc).u32(clamped(entry.bytes)).u32(clamped(entry.bytes));
    header.u16(entry.name.size()).u16(extra.bytes().size()).text(entry.name).text(extra.bytes());
    m_file.append(header.bytes());
    m_file.append(bytes);
    m_entries.push_back(entry);
}

void TorchZipWriter::finish(const PickleValue& root) {
    const auto addText = [this](const char* name, const std::string& text) {
        addEntry(name, std::as_bytes(std::span(text)));
    };
    addText("data.pkl", writePickle(root));
    addText("byteorder", "little");
    addText("version", "3\n");
    writeDirectory();
    m_file.sync();
}

void TorchZipWriter::writeDirectory() {
    const std::uint64_t start = m_file.size();
    for (const Entry& entry : m_entries) {
        Record extra;
        if (entry.bytes >= seeZip64 || entry.offset >= seeZip64) {
            Record fields;
            if (entry.bytes >= seeZip64)
                fields.u64(entry.bytes).u64(entry.bytes);
            if (entry.offset >= seeZip64)
                fields.u64(entry.offset);
            extra.u16(1).u16(fields.bytes().size()).text(fields.bytes());
        }
        Record record(0x02014b50);
        record.u16(version)
            .u16(version)
            .u16(utf8Names)
            .u16(0)
            .u32(0)
            .u32(entry.crc)
            .u32(clamped(entry.bytes))
            .u32(clamped(entry.bytes));
        record.u16(entry.name.size()).u16(extra.bytes().size()).u16(0).u16(0).u16(0).u32(0).u32(clamped(entry.offset));
        m_file.append(record.text(entry.name).text(extra.bytes()).bytes());
    }
    const std::uint64_t end = m_file.size(), count = m_entries.size();
    if (start >= seeZip64 || count >= 0xffff) {
        Record end64(0x06064b50);
        end64.u64(44).u16(version).u16(version).u32(0).u32(0).u64(count).u64(count).u64(end - start).u64(start);
        m_file.append(end64.bytes());
        m_file.append(Record(0x07064b50).u32(0).u64(end).u32(1).bytes());
    }
    const std::uint64_t shownCount = std::min<std::uint64_t>(count, 0xffff);
    Record record(0x06054b50);
    record.u16(0).u16(0).u16(shownCount).u16(shownCount).u32(clamped(end - start)).u32(clamped(start)).u16(0);
    m_file.append(record.bytes());
}

} // namespace awq::core
