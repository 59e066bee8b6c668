// SPDX-License-Identifier: GPL-3.0-or-later
// Plain, gzip and zstd streams.
#include "core/text/byte_stream.h"

#include <cstdio>
#include <vector>
#include <zlib.h>
#include <zstd.h>

#include "core/error.h"

namespace awq::core {
namespace {

constexpr std::size_t chunkBytes = 1 << 16;

// zlib passes files that are not compressed through unchanged.
class GzipStream : public ByteStream {
public:
    explicit GzipStream(const std::filesystem::path& file)
        : m_path(file), m_file(gzopen(file.c_str(), "rb")), m_chunk(chunkBytes) {
        if (!m_file)
            badInput("the file cannot be read", file.string(), "check the path and its permissions");
    }
    ~GzipStream() override { gzclose(m_file); }

    bool read(std::string& out) override {
        const int count = gzread(m_file, m_chunk.data(), unsigned(m_chunk.size()));
        int code = Z_OK;
        gzerror(m_file, &code);
        if (count < 0 || code == Z_BUF_ERROR)
            badInput("the file is damaged or ends too early",
                     m_path.string() + ", after " + std::to_string(m_total) + " bytes of text",
                     "fetch or compress it again");
        m_total += count;
        out.append(m_chunk.data(), std::size_t(count));
        return count > 0;
    }

private:
    std::filesystem::path m_path;
    gzFile m_file;
    std::vector<char> m_chunk;
    long long m_total = 0;
};

class ZstdStream : public ByteStream {
public:
    explicit ZstdStream(const std::filesystem::path& file)
        : m_path(file), m_file(std::fopen(file.c_str(), "rb"), std::fclose),
          m_context(ZSTD_createDCtx(), ZSTD_freeDCtx), m_input(ZSTD_DStreamInSize()), m_output(ZSTD_DStreamOutSize()) {
        if (!m_file)
            badInput("the file cannot be read", file.string(), "check the path and its permissions");
        ZSTD_DCtx_setParameter(m_context.get(), ZSTD_d_windowLogMax, 31);
    }

    bool read(std::string& out) override {
        for (;;) {
            if (m_in.pos == m_in.size) {
                m_in = {m_input.data(), std::fread(m_input.data(), 1, m_input.size(), m_file.get()), 0};
                if (m_in.size == 0) {
                    if (m_unfinished)
                        fail("the file ends too early");
                    return false;
                }
            }
            ZSTD_outBuffer result{m_output.data(), m_output.size(), 0};
            const std::size_t code = ZSTD_decompressStream(m_context.get(), &result, &m_in);
            if (ZSTD_isError(code))
                fail(std::string("the file is damaged: ") + ZSTD_getErrorName(code));
            m_unfinished = code != 0;
            m_total += result.pos;
            out.append(m_output.data(), result.pos);
            if (result.pos > 0)
                return true;
        }
    }

private:
    [[noreturn]] void fail(const std::string& what) const {
        badInput(what, m_path.string() + ", after " + std::to_string(m_total) + " bytes of text",
                 "fetch or compress it again");
    }

    std::filesystem::path m_path;
    std::unique_ptr<std::FILE, int (*)(std::FILE*)> m_file;
    std::unique_ptr<ZSTD_DCtx, std::size_t (*)(ZSTD_DCtx*)> m_context;
    std::vector<char> m_input, m_output;
    ZSTD_inBuffer m_in{nullptr, 0, 0};
    bool m_unfinished = false;
    std::size_t m_total = 0;
};

} // namespace

std::unique_ptr<ByteStream> ByteStream::open(const std::filesystem::path& file) {
    if (!std::filesystem::is_regular_file(file))
        badInput("there is no such text file", file.string(), "check the path");
    if (file.extension() == ".zst")
        return std::make_unique<ZstdStream>(file);
    return std::make_unique<GzipStream>(file);
}

std::filesystem::path withoutCompression(const std::filesystem::path& file) {
    return file.extension() == ".gz" || file.extension() == ".zst" ? std::filesystem::path(file).replace_extension()
                                                                   : file;
}

bool LineReader::next(std::string& line) {
    for (;;) {
        const std::size_t end = m_buffer.find('\n', m_begin);
        if (end != std::string::npos || (m_ended && m_begin < m_buffer.size())) {
            const std::size_t length = (end == std::string::npos ? m_buffer.size() : end) - m_begin;
            line.assign(m_buffer, m_begin, length);
            m_begin += length + 1;
            ++m_number;
            return true;
        }
        if (m_ended)
            return false;
        m_buffer.erase(0, m_begin);
        m_begin = 0;
        m_ended = !m_stream->read(m_buffer);
    }
}

} // namespace awq::core
