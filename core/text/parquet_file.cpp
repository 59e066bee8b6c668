// SPDX-License-Identifier: GPL-3.0-or-later
// Row groups, column chunks and pages of parquet. Field numbers are those of the format's parquet.thrift.
#include "core/text/parquet_file.h"

#include <cstring>
#include <memory>
#include <optional>

#include "core/error.h"
#include "core/model/mapped_file.h"
#include "core/text/parquet_encodings.h"

namespace awq::core {
namespace {

constexpr std::size_t magicBytes = 4, footerBytes = 8;
constexpr std::int64_t byteArrayType = 6, repeatedField = 2;

ByteSpan bytesOf(const MappedFile& file) {
    const auto bytes = file.bytes();
    return {reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()};
}

ThriftValue readFooter(ByteSpan file) {
    const auto isMagic = [&](std::size_t at) { return std::memcmp(file.data() + at, "PAR1", magicBytes) == 0; };
    if (file.size() < magicBytes + footerBytes || !isMagic(0) || !isMagic(file.size() - magicBytes))
        throw ParquetDamage("this is not a (plain) parquet file");
    std::uint32_t length = 0;
    std::memcpy(&length, file.data() + file.size() - footerBytes, 4);
    if (length > file.size() - magicBytes - footerBytes)
        throw ParquetDamage("the footer is longer than the file");
    return ThriftReader(file.subspan(file.size() - footerBytes - length, length)).readStruct();
}

class ColumnReader {
public:
    ColumnReader(ByteSpan file, const std::string& column,
                 const std::function<bool(std::string&&, std::int64_t)>& onRow)
        : m_file(file), m_column(column), m_onRow(onRow) {}

    void read() {
        const ThriftValue footer = readFooter(m_file);
        findColumn(footer.at(2));
        for (const ThriftValue& rowGroup : footer.at(4).items)
            for (const ThriftValue& chunk : rowGroup.at(1).items)
                if (isOurs(chunk.at(3)) && !readChunk(chunk.at(3)))
                    return;
    }

    std::int64_t row() const { return m_row; }

private:
    void findColumn(const ThriftValue& schema) {
        std::string others;
        for (const ThriftValue& element : schema.items) {
            const bool leaf = !element.has(5);
            if (!leaf || !element.has(1) || element.at(1).number != byteArrayType)
                continue;
            const std::string& name = element.at(4).text;
            if (name == m_column && !(element.has(3) && element.at(3).number == repeatedField)) {
                m_optional = element.has(3) && element.at(3).number != 0;
                return;
            }
            others += (others.empty() ? "" : ", ") + name;
        }
        throw ParquetDamage("there is no text column '" + m_column +
                            "'; text columns: " + (others.empty() ? "none" : others));
    }

    bool isOurs(const ThriftValue& metadata) const {
        const auto& path = metadata.at(3).items;
        return path.size() == 1 && path[0].text == m_column;
    }

    bool readChunk(const ThriftValue& metadata) {
        const int codec = int(metadata.at(4).number);
        std::int64_t left = metadata.at(5).number;
        std::size_t position = std::size_t(metadata.at(9).number);
        if (metadata.has(11) && metadata.at(11).number > 0)
            position = std::min(position, std::size_t(metadata.at(11).number));
        m_dictionary.clear();
        while (left > 0) {
            if (position >= m_file.size())
                throw ParquetDamage("a page lies behind the end");
            ThriftReader reader(m_file.subspan(position));
            const ThriftValue header = reader.readStruct();
            const ByteSpan packed = reader.take(std::size_t(header.at(3).number));
            position += reader.position();
            if (!readPage(header, packed, codec, left))
                return false;
        }
        return true;
    }

    bool readPage(const ThriftValue& header, ByteSpan packed, int codec, std::int64_t& left) {
        enum PageType { dataPage = 0, dictionaryPage = 2, dataPageV2 = 3 };
        const std::size_t size = std::size_t(header.at(2).number);
        switch (header.at(1).number) {
        case dictionaryPage:
            m_dictionary = readPlainTexts(unpackPage(codec, packed, size), std::size_t(header.at(7).at(1).number));
            return true;
        case dataPage: {
            const ThriftValue& page = header.at(5);
            const std::size_t count = std::size_t(page.at(1).number);
            const std::vector<std::uint8_t> bytes = unpackPage(codec, packed, size);
            ThriftReader reader(bytes);
            std::vector<std::uint32_t> present;
            if (m_optional) {
                std::uint32_t length = 0;
                std::memcpy(&length, reader.take(4).data(), 4);
                present = readRunLengths(reader.take(length), 1, count);
            }
            left -= std::int64_t(count);
            return passRows(count, present,
                            readValues(int(page.at(2).number), reader.take(reader.left()), valuesIn(count, present)));
        }
        case dataPageV2: {
            const ThriftValue& page = header.at(8);
            const std::size_t count = std::size_t(page.at(1).number);
            ThriftReader reader(packed);
            const std::size_t repetitionBytes = std::size_t(page.at(6).number),
                              definitionBytes = std::size_t(page.at(5).number);
            reader.take(repetitionBytes);
            const ByteSpan levels = reader.take(definitionBytes);
            const std::vector<std::uint32_t> present =
                m_optional ? readRunLengths(levels, 1, count) : std::vector<std::uint32_t>{};
            const bool compressed = !page.has(7) || page.at(7).number;
            const std::vector<std::uint8_t> bytes = unpackPage(compressed ? codec : 0, reader.take(reader.left()),
                                                               size - repetitionBytes - definitionBytes);
            left -= std::int64_t(count);
            return passRows(count, present, readValues(int(page.at(4).number), bytes, valuesIn(count, present)));
        }
        default:
            return true; // index pages
        }
    }

    static std::size_t valuesIn(std::size_t count, const std::vector<std::uint32_t>& present) {
        if (present.empty())
            return count;
        std::size_t values = 0;
        for (std::uint32_t one : present)
            values += one;
        return values;
    }

    std::vector<std::string> readValues(int encoding, ByteSpan bytes, std::size_t count) const {
        enum Encoding { plain = 0, plainDictionary = 2, deltaLength = 6, runLengthDictionary = 8 };
        if (encoding == plain)
            return readPlainTexts(bytes, count);
        if (encoding == deltaLength)
            return readDeltaLengthTexts(bytes, count);
        if (encoding != plainDictionary && encoding != runLengthDictionary)
            throw ParquetDamage("encoding number " + std::to_string(encoding) + " is not read");
        std::vector<std::string> texts;
        if (count == 0)
            return texts;
        if (bytes.empty())
            throw ParquetDamage("a page has no indices");
        for (std::uint32_t index : readRunLengths(bytes.subspan(1), bytes.front(), count)) {
            if (index >= m_dictionary.size())
                throw ParquetDamage("an index lies outside the dictionary");
            texts.push_back(m_dictionary[index]);
        }
        return texts;
    }

    bool passRows(std::size_t count, const std::vector<std::uint32_t>& present, std::vector<std::string>&& values) {
        std::size_t next = 0;
        for (std::size_t i = 0; i < count; ++i) {
            std::string text = present.empty() || present[i] ? std::move(values.at(next++)) : std::string();
            if (!m_onRow(std::move(text), ++m_row))
                return false;
        }
        return true;
    }

    ByteSpan m_file;
    const std::string& m_column;
    const std::function<bool(std::string&&, std::int64_t)>& m_onRow;
    bool m_optional = false;
    std::vector<std::string> m_dictionary;
    std::int64_t m_row = 0;
};

} // namespace

void readParquetColumn(const std::filesystem::path& file, const std::string& column,
                       const std::function<bool(std::string&& text, std::int64_t row)>& onRow) {
    const auto mapped = MappedFile::open(file);
    ColumnReader reader(bytesOf(*mapped), column, onRow);
    try {
        reader.read();
    } catch (const ParquetDamage& damage) {
        badInput(damage.what(), file.string() + (reader.row() > 0 ? ", after row " + std::to_string(reader.row()) : ""),
                 "choose another column (--text-field), or convert the file to .jsonl");
    }
}

} // namespace awq::core
