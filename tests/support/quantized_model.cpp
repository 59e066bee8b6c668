// SPDX-License-Identifier: GPL-3.0-or-later
// Rounds a model folder to nearest.
#include "tests/support/quantized_model.h"

#include "core/export/checkpoint_writer.h"
#include "core/model/float_values.h"
#include "core/model/tensor_source.h"
#include "tests/support/quantized_linear.h"

namespace awq::test {
namespace {

constexpr std::string_view suffix = ".weight";

bool isBlockMatrix(const core::TensorInfo& info) {
    const bool numbered =
        info.name.find(".0.") != std::string::npos || info.name.find_first_of("123456789") != std::string::npos;
    return numbered && info.shape.size() == 2 && info.name.ends_with(suffix);
}

} // namespace

core::Manifest writeQuantizedModel(const std::filesystem::path& model, const std::filesystem::path& output,
                                   const std::string& format, int bits, std::int64_t groupSize, core::DType dtype) {
    const auto source = core::TensorSource::open(model);
    const core::DType scaleType = core::CheckpointWriter::floatType(format, dtype);
    core::CheckpointFacts facts;
    facts.model = model;
    facts.dtype = dtype;
    facts.groupSize = groupSize;
    facts.head = "lm_head";
    for (const auto& info : source.tensors()) {
        core::ModelTensor tensor{{info.name, info.dtype, info.shape}, {}};
        if (isBlockMatrix(info))
            tensor.packed = core::PackedForm{bits, groupSize < 0 ? info.shape[1] : groupSize};
        facts.tensors.push_back(tensor);
    }
    std::filesystem::create_directories(output);
    core::CheckpointWriter writer(format, output, facts);
    for (const auto& tensor : facts.tensors) {
        const auto& spec = tensor.spec;
        if (!tensor.packed) {
            writer.addFloat(spec.name, source.read(spec.name));
            continue;
        }
        const std::string name = spec.name.substr(0, spec.name.size() - suffix.size());
        writer.add(roundToNearest(name, core::toFloats(source.read(spec.name)), spec.shape[0], spec.shape[1], bits,
                                  tensor.packed->groupSize, scaleType)
                       .view());
    }
    return writer.finish();
}

} // namespace awq::test
