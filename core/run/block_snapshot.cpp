// SPDX-License-Identifier: GPL-3.0-or-later
// Snapshots are safetensors files.
#include "core/run/block_snapshot_torch.h"

#include <vector>

#include "core/export/safetensors_writer.h"
#include "core/model/tensor_source.h"
#include "core/run/tensor_values_torch.h"

namespace awq::core {
namespace {

const std::string codesSuffix = ".codes", zerosSuffix = ".zeros", scalesSuffix = ".scales.groups",
                  columnsSuffix = ".scales.columns";

} // namespace

void writeSnapshot(const std::filesystem::path& file, const QuantizedBlock& block) {
    std::vector<TensorBytes> kept; // owns the memory the writer's views point to
    std::vector<NamedTensor> tensors;
    const auto add = [&](const std::string& name, const at::Tensor& tensor) {
        kept.push_back(tensorBytes(tensor));
        const TensorBytes& bytes = kept.back();
        tensors.push_back({{name, bytes.dtype, bytes.shape}, bytes.bytes});
    };
    for (const auto& [name, codes] : block.linears) {
        add(name + codesSuffix, codes.codes);
        add(name + zerosSuffix, codes.zeroPoints);
        add(name + scalesSuffix, codes.groupScales.to(at::kFloat));
    }
    for (const auto& [name, scale] : block.columnScales)
        add(name + columnsSuffix, scale);
    for (const auto& [name, tensor] : block.floats)
        add(name, tensor);
    writeSafetensors(file, tensors);
}

std::map<std::string, QuantizedGroups> readSnapshotLinears(const std::filesystem::path& file) {
    const TensorSource source = TensorSource::open(file);
    std::map<std::string, QuantizedGroups> linears;
    for (const TensorInfo& info : source.tensors()) {
        if (!info.name.ends_with(codesSuffix))
            continue;
        const std::string linear = info.name.substr(0, info.name.size() - codesSuffix.size());
        const auto tensor = [&](const std::string& suffix) { return tensorOf(source.read(linear + suffix)); };
        linears[linear] = {tensor(codesSuffix), tensor(zerosSuffix), tensor(scalesSuffix)};
    }
    return linears;
}

void readSnapshot(const std::filesystem::path& file, const std::function<void(const QuantizedLinear&)>& onLinear,
                  const std::function<void(const std::string& name, const TensorBytes&)>& onFloat) {
    const TensorSource source = TensorSource::open(file);
    for (const TensorInfo& info : source.tensors()) {
        if (info.name.ends_with(zerosSuffix) || info.name.ends_with(scalesSuffix) || info.name.ends_with(columnsSuffix))
            continue;
        const TensorBytes bytes = source.read(info.name);
        if (!info.name.ends_with(codesSuffix)) {
            onFloat(info.name, bytes);
            continue;
        }
        const std::string linear = info.name.substr(0, info.name.size() - codesSuffix.size());
        const TensorBytes zeros = source.read(linear + zerosSuffix);
        const TensorBytes scales = source.read(linear + scalesSuffix);
        TensorBytes columns;
        if (source.find(linear + columnsSuffix))
            columns = source.read(linear + columnsSuffix);
        onLinear({linear, bytes.as<std::uint8_t>(), zeros.as<std::uint8_t>(), scales.as<float>(), columns.as<float>()});
    }
}

} // namespace awq::core
