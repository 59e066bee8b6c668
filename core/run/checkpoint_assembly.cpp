// SPDX-License-Identifier: GPL-3.0-or-later
// Tells the checkpoint writer what a model consists of, and feeds it.
#include "core/run/checkpoint_assembly.h"

#include <algorithm>
#include <set>
#include <unordered_set>

#include "core/export/checkpoint_writer.h"
#include "core/model/float_values.h"
#include "core/model/tensor_check.h"
#include "core/run/block_snapshot_torch.h"

namespace awq::core {
namespace {

const std::string weightSuffix = ".weight", scalesSuffix = ".scales";

// Modules beside the decoder whose matrices stay float, by their first distinguishing name: "vision_tower".
std::string moduleOf(const std::string& tensor) {
    const std::string name = tensor.starts_with("model.") ? tensor.substr(6) : tensor;
    return name.substr(0, name.find('.'));
}

// The places of activation scales; blocks of experts have none.
void addActivationScale(const ModelFolder& model, int block, CheckpointFacts& facts) {
    const BlockSpec& spec = model.spec().blocks[std::size_t(block)];
    if (!spec.moe && !spec.mlp.activationName.empty())
        facts.activationScales.push_back(
            {model.blockTensor(block, spec.mlp.activationName) + scalesSuffix, spec.mlp.down.in});
}

CheckpointFacts factsOf(const ModelFolder& model, const Plan& plan, DType storage) {
    const DecoderSpec& spec = model.spec();
    CheckpointFacts facts;
    facts.model = model.path();
    facts.dtype = storage;
    facts.groupSize = plan.recipe.groupSize;
    facts.zeroPoint = plan.recipe.zeroPoint;
    facts.maxShardBytes = std::uint64_t(plan.recipe.maxShardSize);
    std::unordered_map<std::string, PackedForm> packed;
    for (const PlannedLinear& linear : plan.linears) {
        if (linear.fate == "quantized")
            packed[linear.fullName + weightSuffix] = {linear.bits, linear.groupSize};
        else
            facts.floatLinears.push_back(linear.fullName);
    }
    facts.head = spec.head.linear.name;
    const std::string head = facts.head + weightSuffix;
    if (model.tied())
        facts.tied.push_back({head, spec.embedding.weight});
    std::unordered_set<std::string> decoder{spec.embedding.weight, spec.embedding.positions, head};
    for (const LinearSpec& linear : {spec.embedding.projectIn, spec.head.projectOut})
        if (linear) {
            decoder.insert(linear.name + weightSuffix);
            facts.floatLinears.push_back(linear.name);
        }
    for (int block = 0; block < model.blockCount(); ++block)
        addActivationScale(model, block, facts);
    std::set<std::string> modules;
    for (const TensorInfo& tensor : model.tensors().tensors()) {
        if (isUnreadBuffer(tensor) || (model.tied() && tensor.name == head))
            continue;
        ModelTensor& entry = facts.tensors.emplace_back(ModelTensor{{tensor.name, tensor.dtype, tensor.shape}, {}});
        if (const auto form = packed.find(tensor.name); form != packed.end())
            entry.packed = form->second;
        if (!tensor.name.starts_with(spec.blockPrefix) && tensor.shape.size() >= 2 && !decoder.count(tensor.name))
            modules.insert(moduleOf(tensor.name));
    }
    facts.floatModules.assign(modules.begin(), modules.end());
    return facts;
}

} // namespace

DType storageType(const Recipe& recipe, DType model, DType compute) {
    return CheckpointWriter::floatType(recipe.format, recipe.format == "simulated" ? compute : model);
}

struct CheckpointAssembly::State {
    const ModelFolder& model;
    std::unordered_set<std::string> activationScales;
    std::unordered_set<std::string> pending; // floats not written yet
    CheckpointWriter writer;

    State(const ModelFolder& folder, const std::string& format, const std::filesystem::path& path,
          CheckpointFacts facts)
        : model(folder), writer(format, path, (remember(facts), facts)) {}

    void remember(const CheckpointFacts& facts) {
        for (const ActivationScale& scale : facts.activationScales)
            activationScales.insert(scale.name);
        for (const ModelTensor& tensor : facts.tensors)
            if (!tensor.packed)
                pending.insert(tensor.spec.name);
    }

    void addFloat(const std::string& name, const TensorBytes& tensor) {
        if (activationScales.count(name))
            writer.addActivationScale(name, toFloats(tensor));
        else if (pending.erase(name))
            writer.addFloat(name, tensor);
    }
};

CheckpointAssembly::CheckpointAssembly(const ModelFolder& model, const Plan& plan, DType storage,
                                       const std::filesystem::path& folder)
    : m_state(std::make_unique<State>(model, plan.recipe.format, folder, factsOf(model, plan, storage))) {}

CheckpointAssembly::~CheckpointAssembly() = default;

void CheckpointAssembly::addBlock(int block, const std::filesystem::path& snapshot) {
    readSnapshot(
        snapshot,
        [&](const QuantizedLinear& linear) {
            QuantizedLinear named = linear;
            named.name = m_state->model.blockTensor(block, linear.name);
            m_state->writer.add(named);
        },
        [&](const std::string& name, const TensorBytes& tensor) {
            m_state->addFloat(m_state->model.blockTensor(block, name), tensor);
        });
}

Manifest CheckpointAssembly::finish() {
    const std::vector<TensorInfo>& tensors = m_state->model.tensors().tensors();
    for (const TensorInfo& tensor : tensors)
        if (m_state->pending.count(tensor.name)) {
            m_state->addFloat(tensor.name, m_state->model.tensors().read(tensor.name));
            m_state->model.tensors().release(std::vector<std::string>{tensor.name});
        }
    return m_state->writer.finish();
}

} // namespace awq::core
