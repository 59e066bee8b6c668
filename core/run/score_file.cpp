// SPDX-License-Identifier: GPL-3.0-or-later
// A safetensors file with a column of float32 per measured value.
#include "core/run/score_file.h"

#include <array>

#include "core/error.h"
#include "core/export/safetensors_writer.h"
#include "core/model/mapped_file.h"
#include "core/model/safetensors_file.h"
#include "core/model/tensor_source.h"

namespace awq::core {
namespace {

namespace fs = std::filesystem;

struct Column {
    const char* name;
    std::vector<float> PredictionScores::*values;
};
constexpr std::array columns{Column{"nll", &PredictionScores::nll}, Column{"nll_b", &PredictionScores::nllB},
                             Column{"divergence", &PredictionScores::divergence},
                             Column{"agree", &PredictionScores::agree}};

constexpr const char *identityKey = "evaluation", *windowsKey = "windows";

[[noreturn]] void refuse(const std::string& what, const fs::path& path) {
    badInput(what, path.string(), "start anew without --resume");
}

std::int64_t windowCount(const std::map<std::string, std::string>& metadata, const fs::path& path) {
    const auto found = metadata.find(windowsKey);
    const std::string digits = found == metadata.end() ? "" : found->second;
    if (digits.empty() || digits.size() > 15 || digits.find_first_not_of("0123456789") != std::string::npos)
        refuse("the kept values do not say how many windows they are of", path);
    return std::stoll(digits);
}

} // namespace

PredictionScores ScoreFile::load() const {
    PredictionScores scores;
    if (!kept() || !fs::exists(m_path))
        return scores;
    const SafetensorsHeader header = readSafetensorsHeader(*MappedFile::open(m_path));
    const auto identity = header.metadata.find(identityKey);
    if (identity == header.metadata.end() || identity->second != m_identity)
        refuse("the kept values are of another model, text or setting", m_path);
    scores.windows = windowCount(header.metadata, m_path);
    const TensorSource source = TensorSource::open(m_path);
    for (const TensorInfo& tensor : header.tensors)
        for (const Column& column : columns)
            if (tensor.name == column.name && tensor.dtype == DType::F32) {
                const TensorBytes bytes = source.read(tensor.name);
                const auto values = bytes.as<float>();
                (scores.*column.values).assign(values.begin(), values.end());
            }
    return scores;
}

void ScoreFile::save(const PredictionScores& scores) const {
    if (!kept())
        return;
    std::vector<NamedTensor> tensors;
    for (const Column& column : columns)
        if (const std::vector<float>& values = scores.*column.values; !values.empty())
            tensors.push_back(
                {{column.name, DType::F32, {std::int64_t(values.size())}}, std::as_bytes(std::span(values))});
    const fs::path partial = m_path.string() + ".partial.safetensors";
    writeSafetensors(fs::absolute(partial), tensors,
                     {{identityKey, m_identity}, {windowsKey, std::to_string(scores.windows)}});
    fs::rename(partial, m_path);
}

void ScoreFile::remove() const {
    std::error_code ignored;
    if (kept())
        fs::remove(m_path, ignored);
}

} // namespace awq::core
