// SPDX-License-Identifier: GPL-3.0-or-later
// Rounds and packs a small model.
#include "tests/support/packed_model.h"

#include "core/export/checkpoint_writer.h"
#include "core/model/float_values.h"
#include "core/model/tensor_source.h"
#include "tests/support/quantized_linear.h"

namespace awq::test {

using namespace core;

namespace {

constexpr std::int64_t groupSize = 64;

CheckpointFacts factsOf(const TensorSource& source) {
    CheckpointFacts facts;
    facts.model = source.path();
    facts.head = "lm_head";
    facts.groupSize = groupSize;
    for (const TensorInfo& info : source.tensors()) {
        facts.tensors.push_back({{info.name, info.dtype, info.shape}, {}});
        if (info.name.find("_proj") != std::string::npos)
            facts.tensors.back().packed = PackedForm{4, groupSize};
    }
    return facts;
}

} // namespace

std::vector<StoredTensor> writePackedModel(const std::filesystem::path& folder, const std::filesystem::path& model) {
    const TensorSource source = TensorSource::open(model);
    const CheckpointFacts facts = factsOf(source);
    std::filesystem::create_directories(folder);
    CheckpointWriter writer("awq-gemm", folder, facts);
    std::vector<StoredTensor> dense;
    for (const ModelTensor& tensor : facts.tensors) {
        const std::string& name = tensor.spec.name;
        const TensorBytes bytes = source.read(name);
        std::vector<float> values = toFloats(bytes);
        if (tensor.packed) {
            const auto rounded = roundToNearest(name.substr(0, name.rfind('.')), values, bytes.shape[0], bytes.shape[1],
                                                4, groupSize, DType::F16);
            writer.add(rounded.view());
            values = rounded.dense();
        } else {
            writer.addFloat(name, bytes);
        }
        dense.push_back(storedTensor(name, DType::F32, bytes.shape, std::vector<double>(values.begin(), values.end())));
    }
    writer.finish();
    return dense;
}

} // namespace awq::test
