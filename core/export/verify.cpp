// SPDX-License-Identifier: GPL-3.0-or-later
// Verification of written checkpoints.
#include "core/export/verify.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <unordered_set>

#include "core/error.h"
#include "core/export/verify_checks.h"
#include "core/json_text.h"
#include "core/model/float_values.h"

namespace awq::core {
namespace {

namespace fs = std::filesystem;
constexpr std::int64_t sampledRows = 64; // of each matrix

std::string sayError(const Error& error) {
    return error.what() + (error.where().empty() ? "" : " (" + error.where() + ")");
}

// Turns what `action` throws about the checkpoint into a mismatch.
template <typename Action>
void collect(VerifyReport& report, const std::string& tensor, Action action) {
    try {
        action();
    } catch (const Error& error) {
        if (error.code() == ErrorCode::cancelled)
            throw;
        report.mismatches.push_back({tensor, sayError(error)});
    }
}

void stopIfAsked(const std::stop_token& stop) {
    if (stop.stop_requested())
        throw Error(ErrorCode::cancelled, "verification was cancelled");
}

void note(VerifyReport& report, const std::string& tensor, const std::string& what) {
    if (!what.empty())
        report.mismatches.push_back({tensor, what});
}

void append(VerifyReport& report, const std::vector<Mismatch>& found) {
    report.mismatches.insert(report.mismatches.end(), found.begin(), found.end());
}

void compareWritten(const TensorSource& source, const WrittenTensor& written, VerifyReport& report) {
    const TensorInfo* info = source.find(written.spec.name);
    ++report.tensors;
    if (!info)
        return note(report, written.spec.name, "missing");
    if (info->dtype != written.spec.dtype || info->shape != written.spec.shape)
        return note(report, written.spec.name,
                    "is " + std::string(nameOf(info->dtype)) + " " + shapeText(info->shape) + " instead of " +
                        std::string(nameOf(written.spec.dtype)) + " " + shapeText(written.spec.shape));
    if (crc32Of(source.read(written.spec.name).bytes) != written.crc)
        note(report, written.spec.name, "the bytes are not those that were written");
    source.release(std::array{written.spec.name});
}

// Rows spread evenly over [rows, columns].
std::vector<float> sample(std::span<const float> values, std::int64_t rows, std::int64_t columns) {
    const std::int64_t count = std::min(rows, sampledRows);
    std::vector<float> result;
    for (std::int64_t i = 0; i < count; ++i) {
        const auto row = values.subspan(std::size_t(i * rows / count * columns), std::size_t(columns));
        result.insert(result.end(), row.begin(), row.end());
    }
    return result;
}

class FolderVerifier {
public:
    FolderVerifier(OpenedCheckpoint checkpoint, std::optional<TensorSource> reference, std::stop_token stop,
                   VerifyReport& report)
        : m_checkpoint(std::move(checkpoint)), m_reference(std::move(reference)), m_stop(std::move(stop)),
          m_report(report) {}

    void run(const nlohmann::json& config) {
        append(m_report, checkLinearParts(m_checkpoint));
        append(m_report, checkBlocks(m_checkpoint, config));
        if (m_reference)
            append(m_report, checkNames(m_checkpoint, *m_reference));
        if (m_checkpoint.quantized)
            for (const std::string& linear : m_checkpoint.quantized->linears())
                visit(linear, m_checkpoint.quantized->tensorsOf(linear), [&] { verifyLinear(linear); });
        for (const TensorInfo& info : m_checkpoint.source.tensors())
            if (!m_checkpoint.quantized || !m_checkpoint.quantized->isPart(info.name))
                visit(info.name, {info.name}, [&] { verifyFloat(info.name); });
        m_report.tensors = std::int64_t(m_checkpoint.source.tensors().size());
    }

private:
    template <typename Action>
    void visit(const std::string& name, const std::vector<std::string>& tensors, Action action) {
        stopIfAsked(m_stop);
        collect(m_report, name, action);
        m_checkpoint.source.release(tensors);
    }

    void verifyLinear(const std::string& linear) {
        const QuantizedWeight weight = m_checkpoint.quantized->read(linear);
        note(m_report, linear, checkScales(weight));
        const TensorInfo* original = m_reference ? m_reference->find(linear + ".weight") : nullptr;
        if (!original)
            return;
        if (original->shape != std::vector<std::int64_t>{weight.rows, weight.columns})
            return note(m_report, linear,
                        "shape " + shapeText(std::array{weight.rows, weight.columns}) + ", the float model's is " +
                            shapeText(original->shape));
        compare(linear, linear + ".weight", weight.dense(), weight.rows, weight.columns,
                sample(weight.scales, weight.rows, weight.columns / weight.groupSize));
    }

    void verifyFloat(const std::string& name) {
        const TensorBytes tensor = m_checkpoint.source.read(name);
        const std::string unsound = checkFloats(tensor);
        note(m_report, name, unsound);
        const TensorInfo* original = m_reference ? m_reference->find(name) : nullptr;
        if (unsound.empty() && original && original->shape == tensor.shape && tensor.shape.size() == 2 &&
            isFloat(tensor.dtype) && isFloat(original->dtype))
            compare(name, name, toFloats(tensor), tensor.shape[0], tensor.shape[1], {});
    }

    void compare(const std::string& name, const std::string& original, const std::vector<float>& values,
                 std::int64_t rows, std::int64_t columns, const std::vector<float>& steps) {
        const std::vector<float> reference = toFloats(m_reference->read(original));
        m_reference->release(std::array{original});
        note(m_report, name,
             compareMatrices(sample(values, rows, columns), sample(reference, rows, columns),
                             std::min(rows, sampledRows), columns, steps));
    }

    OpenedCheckpoint m_checkpoint;
    std::optional<TensorSource> m_reference;
    std::stop_token m_stop;
    VerifyReport& m_report;
};

} // namespace

VerifyReport verifyWritten(const fs::path& path, const Manifest& manifest, std::stop_token stop) {
    VerifyReport report;
    collect(report, {}, [&] {
        const TensorSource source = TensorSource::open(path);
        for (const WrittenTensor& written : manifest) {
            stopIfAsked(stop);
            compareWritten(source, written, report);
        }
        std::unordered_set<std::string_view> names;
        for (const WrittenTensor& written : manifest)
            names.insert(written.spec.name);
        for (const TensorInfo& info : source.tensors())
            if (!names.contains(info.name))
                note(report, info.name, "nobody wrote this tensor");
    });
    return report;
}

VerifyReport verifyFolder(const fs::path& folder, const std::optional<fs::path>& against, std::stop_token stop) {
    VerifyReport report;
    std::optional<TensorSource> reference;
    if (against)
        reference = TensorSource::open(*against);
    collect(report, {}, [&] {
        const TensorSource source = TensorSource::open(folder);
        const nlohmann::json config = readJsonFile(folder / "config.json");
        FolderVerifier({source, QuantizedTensors::detect(source, config)}, reference, stop, report).run(config);
    });
    return report;
}

} // namespace awq::core
