// SPDX-License-Identifier: GPL-3.0-or-later
// Builds calibration windows by the rules pack and pileval, or takes them from an id file.
#include "core/text/calibration.h"

#include <algorithm>
#include <functional>
#include <memory>
#include <unordered_set>

#include "core/error.h"
#include "core/resource_dir.h"
#include "core/text/chat_format.h"
#include "core/text/id_file.h"
#include "core/text/numpy_permutation.h"
#include "core/text/text_source.h"
#include "core/text/tokenizer.h"
#include "core/text/unicode_classes.h"

namespace awq::core {
namespace {

constexpr std::int64_t previewTokens = 200;

class CalibrationBuilder {
public:
    CalibrationBuilder(const CalibrationOptions& options, const std::filesystem::path& model, std::int64_t vocabulary)
        : m_options(options), m_vocabulary(vocabulary), m_model(model) {
        m_set.file = options.source == "bundled" ? bundledCalibration() : std::filesystem::path(options.source);
        m_set.length = options.sequenceLength;
    }

    CalibrationSet build() {
        if (m_set.file.extension() == ".safetensors") {
            readIds();
        } else {
            m_tokenizer = loadTokenizer(m_model);
            checkFits(*m_tokenizer, m_vocabulary);
            readTexts();
            m_options.rule == "pileval" ? usePileval() : usePack();
            cutWindows();
        }
        checkIds(m_set.ids, m_vocabulary, m_set.file.string());
        m_set.hash = idsHash(m_set.ids, m_set.windows, m_set.length);
        return std::move(m_set);
    }

private:
    void readIds() {
        const IdFile file = readIdFile(m_set.file, "calib_ids");
        m_set.ids = file.ids;
        m_set.windows = file.windows;
        m_set.length = file.length;
    }

    void readTexts() {
        std::unordered_set<std::size_t> seen;
        const TextReport report = readDocuments(m_set.file, m_options.textField, [&](std::string&& text, std::int64_t) {
            m_set.duplicates += !seen.insert(std::hash<std::string>()(text)).second;
            m_texts.push_back(std::move(text));
            return true;
        });
        m_set.documents = report.documents;
        m_set.documentsEmpty = report.emptyRecords;
    }

    // As the model would see it in a chat, when a template is asked for; it brings its own special tokens.
    std::vector<std::int32_t> tokensOf(std::string_view text) {
        std::vector<std::int32_t> ids =
            m_options.chatTemplate.empty()
                ? m_tokenizer->encode(text, true, &m_set.replacedBytes)
                : encodeChat(m_options.chatTemplate, *m_tokenizer, text, &m_set.replacedBytes);
        m_set.tokens += std::int64_t(ids.size());
        m_set.documentTokens.push_back(std::int64_t(ids.size()));
        return ids;
    }

    void usePack() {
        const std::int64_t wanted = m_options.samples * m_set.length;
        for (std::int64_t index : numpyPermutation(m_options.seed, std::int64_t(m_texts.size()))) {
            if (std::int64_t(m_stream.size()) >= wanted)
                break;
            const std::vector<std::int32_t> ids = tokensOf(m_texts[std::size_t(index)]);
            m_stream.insert(m_stream.end(), ids.begin(), ids.end());
            ++m_set.documentsUsed;
        }
    }

    void usePileval() {
        for (std::int64_t index : numpyPermutation(m_options.seed, std::int64_t(m_texts.size()))) {
            if (m_set.documentsUsed == m_options.samples)
                break;
            const std::vector<std::int32_t> ids = tokensOf(stripLikePython(m_texts[std::size_t(index)]));
            if (std::int64_t(ids.size()) > m_set.length) {
                ++m_set.documentsTooLong;
            } else if (ids.empty()) {
                ++m_set.documentsEmpty;
            } else {
                m_stream.insert(m_stream.end(), ids.begin(), ids.end());
                ++m_set.documentsUsed;
            }
        }
    }

    void cutWindows() {
        const std::int64_t available = std::int64_t(m_stream.size());
        m_set.windows = std::min(available / m_set.length, m_options.samples);
        if (m_set.windows == 0)
            badInput("the calibration text has only " + std::to_string(available) +
                         " tokens, fewer than one window of " + std::to_string(m_set.length),
                     m_set.file.string(), "give more text, or shorter windows (--sequence-length)");
        m_set.tokensCut = available - m_set.windows * m_set.length;
        m_stream.resize(std::size_t(m_set.windows * m_set.length));
        m_set.ids = std::move(m_stream);
        const auto count = std::size_t(std::min<std::int64_t>(previewTokens, std::int64_t(m_set.ids.size())));
        m_set.preview = m_tokenizer->decode(std::span(m_set.ids).first(count), true);
    }

    const CalibrationOptions& m_options;
    std::int64_t m_vocabulary;
    std::filesystem::path m_model;
    std::unique_ptr<const Tokenizer> m_tokenizer;
    std::vector<std::string> m_texts;
    std::vector<std::int32_t> m_stream;
    CalibrationSet m_set;
};

std::string countText(std::int64_t count, const char* one, const char* many) {
    return std::to_string(count) + " " + (count == 1 ? one : many);
}

} // namespace

std::vector<std::string> CalibrationSet::notes() const {
    std::vector<std::string> notes;
    const auto note = [&](std::int64_t count, const char* one, const char* many) {
        if (count > 0)
            notes.push_back(countText(count, one, many));
    };
    note(documents - documentsUsed - documentsTooLong, "document was not needed or was left out",
         "documents were not needed or were left out");
    note(documentsTooLong, "document was left out because it is longer than a window",
         "documents were left out because they are longer than a window");
    note(documentsEmpty, "record without text was left out", "records without text were left out");
    note(duplicates, "document repeats an earlier one", "documents repeat earlier ones");
    note(tokensCut, "token at the end filled no window", "tokens at the end filled no window");
    note(replacedBytes, "byte was not UTF-8 and was replaced", "bytes were not UTF-8 and were replaced");
    return notes;
}

CalibrationSet buildCalibration(const CalibrationOptions& options, const std::filesystem::path& model,
                                std::int64_t vocabulary) {
    return CalibrationBuilder(options, model, vocabulary).build();
}

} // namespace awq::core
