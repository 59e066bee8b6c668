// SPDX-License-Identifier: GPL-3.0-or-later
// Checkpoint containers behind one interface.
#include "core/export/tensor_sink.h"

#include <map>

#include "core/error.h"
#include "core/export/safetensors_writer.h"
#include "core/export/torch_zip_writer.h"

namespace awq::core {
namespace {

class SafetensorsSink : public TensorSink {
public:
    SafetensorsSink(const std::filesystem::path& folder, const std::vector<TensorSpec>& tensors,
                    std::uint64_t maxShardBytes)
        : m_writer(folder, "model", tensors, maxShardBytes) {}

    void write(const std::string& name, std::span<const std::byte> bytes) override { m_writer.write(name, bytes); }
    void finish() override { m_writer.finish(); }
    const Manifest& manifest() const override { return m_writer.manifest(); }

private:
    SafetensorsWriter m_writer;
};

class TorchSink : public TensorSink {
public:
    TorchSink(const std::filesystem::path& folder, const std::string& stem, const std::vector<TensorSpec>& tensors,
              const std::vector<std::pair<std::string, std::string>>& aliases)
        : m_writer(folder / (stem + ".pt"), stem), m_aliases(aliases) {
        std::uint64_t total = 0;
        for (const TensorSpec& spec : tensors) {
            m_rows[spec.name] = m_manifest.size();
            m_manifest.push_back({spec, 0});
            total += spec.bytes();
        }
        m_values.resize(m_manifest.size());
        requireDiskSpace(folder, total);
    }

    void write(const std::string& name, std::span<const std::byte> bytes) override {
        const auto found = m_rows.find(name);
        if (found == m_rows.end() || m_values[found->second].as<TensorInfo>() ||
            bytes.size() != m_manifest[found->second].spec.bytes())
            misuse("a tensor was not declared, was written twice or has the wrong size", name);
        WrittenTensor& tensor = m_manifest[found->second];
        m_values[found->second] = m_writer.add(tensor.spec.dtype, tensor.spec.shape, bytes);
        tensor.crc = crc32Of(bytes);
    }

    void finish() override {
        PickleDict dict;
        for (std::size_t row = 0; row < m_manifest.size(); ++row) {
            if (!m_values[row].as<TensorInfo>())
                misuse("a tensor was declared but never written", m_manifest[row].spec.name);
            dict.push_back({{m_manifest[row].spec.name}, m_values[row]});
        }
        for (const auto& [name, shared] : m_aliases) {
            const std::size_t row = m_rows.at(shared);
            dict.push_back({{name}, m_values[row]});
            m_manifest.push_back({{name, m_manifest[row].spec.dtype, m_manifest[row].spec.shape}, m_manifest[row].crc});
        }
        m_writer.finish({dict});
    }

    const Manifest& manifest() const override { return m_manifest; }

private:
    [[noreturn]] static void misuse(const std::string& what, const std::string& tensor) {
        throw Error(ErrorCode::internal, what, "tensor '" + tensor + "'", "please report this as a bug");
    }

    TorchZipWriter m_writer;
    std::vector<std::pair<std::string, std::string>> m_aliases;
    Manifest m_manifest;
    std::map<std::string, std::size_t> m_rows; // in the manifest
    std::vector<PickleValue> m_values;         // by row; None until written
};

} // namespace

std::unique_ptr<TensorSink> safetensorsSink(const std::filesystem::path& folder, const std::vector<TensorSpec>& tensors,
                                            std::uint64_t maxShardBytes) {
    return std::make_unique<SafetensorsSink>(folder, tensors, maxShardBytes);
}

std::unique_ptr<TensorSink> torchSink(const std::filesystem::path& folder, const std::string& stem,
                                      const std::vector<TensorSpec>& tensors,
                                      const std::vector<std::pair<std::string, std::string>>& aliases) {
    return std::make_unique<TorchSink>(folder, stem, tensors, aliases);
}

} // namespace awq::core
