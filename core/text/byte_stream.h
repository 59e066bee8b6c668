// SPDX-License-Identifier: GPL-3.0-or-later
// The bytes of a text file, unpacked on the way when its name ends in .gz or .zst.
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>

namespace awq::core {

class ByteStream {
public:
    virtual ~ByteStream() = default;
    // Throws Error(badInput): the file cannot be read; the archive is damaged or ends too early (says after how many
    // bytes).
    static std::unique_ptr<ByteStream> open(const std::filesystem::path& file);

    // Appends some bytes; false at the end.
    virtual bool read(std::string& out) = 0;
};

// The name without .gz or .zst: decides what the content is.
std::filesystem::path withoutCompression(const std::filesystem::path& file);

// Lines of a stream without their line ends, numbered from 1.
class LineReader {
public:
    explicit LineReader(std::unique_ptr<ByteStream> stream) : m_stream(std::move(stream)) {}
    bool next(std::string& line);
    long number() const { return m_number; } // of the line last returned

private:
    std::unique_ptr<ByteStream> m_stream;
    std::string m_buffer;
    std::size_t m_begin = 0;
    long m_number = 0;
    bool m_ended = false;
};

} // namespace awq::core
