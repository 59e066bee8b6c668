// SPDX-License-Identifier: GPL-3.0-or-later
// Snapshots, kept or restored.
#include "core/tensor.h"

#include "core/run/finished_blocks_torch.h"

#include "core/error.h"
#include "core/run/block_snapshot_torch.h"
#include "core/run/fingerprint.h"
#include "core/run/tensor_values_torch.h"

namespace awq::core {
namespace {

namespace fs = std::filesystem;

std::optional<ModelFolder> writtenBy(const RunStore& store) {
    const RunInfo& info = store.info();
    if (info.written.empty())
        return std::nullopt;
    try {
        if (writtenHash(info.output) != info.written)
            return std::nullopt;
        ModelFolder folder = ModelFolder::open(info.output);
        const bool keepsCodes = folder.quantized() && folder.quantized()->format() == info.recipe.format;
        return keepsCodes ? std::optional(std::move(folder)) : std::nullopt;
    } catch (const Error&) { // moved, deleted or damaged: the blocks are made again
        return std::nullopt;
    }
}

QuantizedGroups groupsOf(const QuantizedWeight& weight) {
    const std::int64_t groups = weight.columns / weight.groupSize;
    return {at::tensor(weight.codes).view({weight.rows, weight.columns}),
            at::tensor(weight.zeros).view({weight.rows, groups}),
            at::tensor(weight.scales).view({weight.rows, groups})};
}

} // namespace

std::string writtenHash(const fs::path& folder) {
    return shardHash(TensorSource::open(folder));
}

FinishedBlocks::FinishedBlocks(const RunStore& store, const ModelFolder& model)
    : m_store(store), m_model(model), m_written(writtenBy(store)) {}

fs::path FinishedBlocks::snapshotFile(const RunStore& store, int block) {
    return store.blockFile(block, ".tensors.safetensors");
}

bool FinishedBlocks::hasSnapshot(int block) const {
    return fs::exists(snapshotFile(m_store, block));
}

bool FinishedBlocks::hasResult(int block) const {
    return fs::exists(m_store.blockFile(block, ".json"));
}

bool FinishedBlocks::has(int block) const {
    return hasResult(block) && (hasSnapshot(block) || m_written);
}

int FinishedBlocks::leading() const {
    int count = 0;
    while (count < m_model.blockCount() && has(count))
        ++count;
    return count;
}

BlockResult FinishedBlocks::result(int block) const {
    return m_store.loadBlock(block);
}

fs::path FinishedBlocks::snapshot(int block) const {
    const std::lock_guard lock(m_restoring);
    if (!hasSnapshot(block))
        restore(block);
    return snapshotFile(m_store, block);
}

std::map<std::string, QuantizedGroups> FinishedBlocks::linears(int block) const {
    return readSnapshotLinears(snapshot(block));
}

void FinishedBlocks::restore(int block) const {
    const QuantizedTensors& packed = *m_written->quantized();
    const std::string prefix = m_written->blockTensor(block, "");
    QuantizedBlock restored;
    for (const ModelLinear& linear : m_written->linears())
        if (linear.block == block && packed.contains(linear.fullName))
            restored.linears[linear.name] = groupsOf(packed.read(linear.fullName));
    for (const std::string& name : m_written->blockTensors(block))
        if (!packed.isPart(name))
            restored.floats[name.substr(prefix.size())] = tensorOf(m_written->tensors().read(name));
    writeSnapshot(snapshotFile(m_store, block), restored);
}

} // namespace awq::core
