// SPDX-License-Identifier: GPL-3.0-or-later
// Reads each kind of text file.
#include "core/text/text_source.h"

#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/json_text.h"
#include "core/text/byte_stream.h"
#include "core/text/parquet_file.h"
#include "core/text/utf8.h"

namespace awq::core {
namespace {

using Json = nlohmann::json;

constexpr const char* blank = " \t\r";

std::string linePlace(const std::filesystem::path& file, std::int64_t line) {
    return file.string() + ", line " + std::to_string(line);
}

void requireUtf8(const std::string& text, const std::string& where) {
    if (const auto offset = firstInvalidUtf8(text))
        badInput("the text is not UTF-8", where + ", byte " + std::to_string(*offset), "convert the file to UTF-8");
}

std::string fieldOf(const Json& record, const std::string& field, const std::string& where) {
    if (!record.is_object())
        badInput("the record is not a JSON object", where, "give a file with one object a line, or a plain .txt");
    if (!record.contains(field)) {
        std::string names;
        for (const auto& [name, value] : record.items())
            names += (names.empty() ? "" : ", ") + name;
        badInput("the record has no field '" + field + "'", where,
                 "choose another field (--text-field); there are: " + names);
    }
    const Json& value = record.at(field);
    if (value.is_null())
        return {};
    if (!value.is_string())
        badInput("the field '" + field + "' is not a text", where, "choose another field (--text-field)");
    return value.get<std::string>();
}

class DocumentReader {
public:
    DocumentReader(const std::filesystem::path& file, const std::string& field, const DocumentCallback& onDocument)
        : m_file(file), m_field(field), m_onDocument(onDocument) {}

    TextReport read() {
        const std::string kind = withoutCompression(m_file).extension().string();
        if (kind == ".txt" || kind == ".raw" || kind == ".md")
            readPlain();
        else if (kind == ".jsonl")
            readJsonLines();
        else if (kind == ".json")
            readJson();
        else if (kind == ".parquet")
            readParquet();
        else
            badInput("files of this kind are not read as text", m_file.string(),
                     "use .txt, .jsonl, .jsonl.zst, .gz or .parquet");
        if (m_report.documents == 0)
            badInput("the file has no text in it", m_file.string(), "choose another file");
        return m_report;
    }

private:
    bool pass(std::string&& text, std::int64_t record) {
        if (text.empty()) {
            ++m_report.emptyRecords;
            return true;
        }
        ++m_report.documents;
        return m_onDocument(std::move(text), record);
    }

    std::string readAll() {
        std::string text;
        const auto stream = ByteStream::open(m_file);
        while (stream->read(text)) {
        }
        requireUtf8(text, m_file.string());
        return text;
    }

    void readPlain() {
        std::string text = readAll();
        if (!text.empty())
            pass(std::move(text), 1);
    }

    // A list of records, or one record a line as in .jsonl.
    void readJson() {
        std::string line;
        LineReader lines(ByteStream::open(m_file));
        while (lines.next(line) && line.find_first_not_of(blank) == std::string::npos) {
        }
        const std::size_t start = line.find_first_not_of(blank);
        if (start == std::string::npos || line[start] != '[')
            return readJsonLines();
        const Json list = parseJson(readAll(), m_file.string());
        for (std::size_t i = 0; i < list.size(); ++i)
            if (!pass(fieldOf(list[i], m_field, m_file.string() + ", record " + std::to_string(i + 1)),
                      std::int64_t(i) + 1))
                return;
    }

    void readJsonLines() {
        LineReader lines(ByteStream::open(m_file));
        std::string line;
        while (lines.next(line)) {
            if (line.find_first_not_of(blank) == std::string::npos)
                continue;
            const std::string where = linePlace(m_file, lines.number());
            Json record;
            try {
                record = Json::parse(line);
            } catch (const Json::exception& error) {
                const bool utf8 = std::string(error.what()).find("UTF-8") != std::string::npos;
                badInput(utf8 ? "the line is not UTF-8" : "the line is not JSON", where,
                         utf8 ? "convert the file to UTF-8" : "one JSON object a line is expected");
            }
            if (!pass(fieldOf(record, m_field, where), lines.number()))
                return;
        }
    }

    void readParquet() {
        readParquetColumn(m_file, m_field, [&](std::string&& text, std::int64_t row) {
            requireUtf8(text, m_file.string() + ", row " + std::to_string(row));
            return pass(std::move(text), row);
        });
    }

    const std::filesystem::path& m_file;
    const std::string& m_field;
    const DocumentCallback& m_onDocument;
    TextReport m_report;
};

} // namespace

TextReport readDocuments(const std::filesystem::path& file, const std::string& field,
                         const DocumentCallback& onDocument) {
    return DocumentReader(file, field, onDocument).read();
}

} // namespace awq::core
