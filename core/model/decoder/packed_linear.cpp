// SPDX-License-Identifier: GPL-3.0-or-later
// Packs weights and multiplies them by the number of tokens.
#include "core/tensor.h"

#include "core/model/decoder/packed_linear_torch.h"

#include <algorithm>
#include <utility>

#include "core/error.h"
#include "core/model/decoder/block_weights_torch.h"
#include "core/model/decoder/kernel_call_torch.h"
#include "kernels/packed_linear.h"
#include "kernels/packing.h"

namespace awq::core {
namespace {

kernels::PackedLayout layoutOf(const QuantizedWeight& weight) {
    return {weight.bits, weight.rows, weight.columns, weight.groupSize};
}

// Calls work(first row, rows) for the row blocks of a matrix on the calling thread's threads.
template <typename Work>
void forRowBlocks(std::int64_t rows, Work work) {
    const auto body = [](void* data, std::int64_t index) {
        auto& [count, function] = *static_cast<std::pair<std::int64_t, Work*>*>(data);
        const std::int64_t first = index * kernels::recordRows;
        (*function)(first, std::min<std::int64_t>(kernels::recordRows, count - first));
    };
    std::pair<std::int64_t, Work*> context{rows, &work};
    kernelThreads().run(nullptr, (rows + kernels::recordRows - 1) / kernels::recordRows, body, &context);
}

void packOnCpu(const QuantizedWeight& weight, const kernels::PackArgs& whole) {
    const std::int64_t groups = whole.layout.groups(), blockBytes = whole.layout.recordOffset(1, 0);
    forRowBlocks(weight.rows, [&](std::int64_t first, std::int64_t count) {
        kernels::PackArgs part = whole;
        part.layout.rows = count;
        part.codes = weight.codes.data() + first * weight.columns;
        part.zeroPoints = weight.zeros.data() + first * groups;
        part.scales = weight.scales.data() + first * groups;
        part.packed = static_cast<std::byte*>(whole.packed) + first / kernels::recordRows * blockBytes;
        requireOk(kernels::cpu::pack(part), "pack");
    });
}

template <typename T>
at::Tensor onDevice(const std::vector<T>& values, at::ScalarType type, const at::Device& device) {
    // from_blob takes a pointer to non-const; nothing writes through it.
    return at::from_blob(const_cast<T*>(values.data()), {std::int64_t(values.size())}, type).to(device);
}

void packOnGpu(const QuantizedWeight& weight, kernels::PackArgs args, const at::Device& device) {
    const at::Tensor codes = onDevice(weight.codes, at::kByte, device),
                     zeros = onDevice(weight.zeros, at::kByte, device),
                     scales = onDevice(weight.scales, at::kFloat, device);
    args.codes = codes.const_data_ptr<std::uint8_t>();
    args.zeroPoints = zeros.const_data_ptr<std::uint8_t>();
    args.scales = scales.const_data_ptr<float>();
    requireOk(kernels::cuda::pack(args, kernelStream(device)), "pack");
}

kernels::PackedLinearArgs argumentsOf(const kernels::PackedWeight& weight, const at::Tensor& x, const at::Tensor& bias,
                                      const at::Tensor& output) {
    kernels::PackedLinearArgs args;
    args.weight = weight;
    args.type = kernelType(x.scalar_type());
    args.tokens = x.size(0);
    args.input = x.const_data_ptr();
    args.inputStride = x.stride(0);
    args.bias = bias.defined() ? bias.const_data_ptr() : nullptr;
    args.output = output.mutable_data_ptr();
    args.outputStride = output.stride(0);
    return args;
}

kernels::LinearPath pathOf(PackedLinear::Way way, const at::Device& device) {
    if (way == PackedLinear::Way::automatic)
        return kernels::LinearPath::automatic;
    if (way == PackedLinear::Way::fewTokens)
        return kernels::LinearPath::smallBatch;
    kernels::DeviceInfo info;
    const bool hopper = kernels::queryDevice(device.index(), info) && info.major == 9;
    return hopper ? kernels::LinearPath::matrix : kernels::LinearPath::portable;
}

bool multiplyOnGpu(kernels::PackedLinearArgs args, const at::Tensor& workspace, PackedLinear::Way way) {
    args.workspace = workspace.mutable_data_ptr();
    args.workspaceBytes = std::int64_t(workspace.nbytes());
    const kernels::Status status = kernels::cuda::packedLinear(args, kernelStream(workspace.device()),
                                                               kernels::Overlap::yes, pathOf(way, workspace.device()));
    if (way != PackedLinear::Way::automatic &&
        (status == kernels::Status::unsupported || status == kernels::Status::badShape))
        return false;
    requireOk(status, "packed linear");
    return true;
}

// Whether kernels can read the tokens where they lie.
bool isReadable(const at::Tensor& tokens) {
    return tokens.stride(1) == 1 && tokens.stride(0) >= tokens.size(1) && tokens.stride(0) % 8 == 0 &&
           reinterpret_cast<std::uintptr_t>(tokens.const_data_ptr()) % 16 == 0;
}

} // namespace

bool PackedLinear::canHold(const QuantizedWeight& weight, const at::Device& device, at::ScalarType dtype) {
    if (weight.scaleType != DType::F16 && weight.scaleType != DType::BF16)
        return false;
    if (kernels::check(layoutOf(weight)) != kernels::Status::ok)
        return false;
    if (device.is_cpu())
        return dtype != at::kDouble;
    return (dtype == at::kHalf || dtype == at::kBFloat16) && weight.columns % 8 == 0 && kernels::cudaAvailable();
}

PackedLinear::PackedLinear(const QuantizedWeight& weight, const at::Device& device, at::ScalarType dtype,
                           at::Tensor workspace)
    : m_rows(weight.rows), m_columns(weight.columns), m_groupSize(weight.groupSize), m_bits(weight.bits),
      m_scaleType(device.is_cpu() ? torchType(weight.scaleType) : dtype), m_workspace(std::move(workspace)) {
    const kernels::PackedLayout layout = layoutOf(weight);
    m_records = at::empty({layout.bytes()}, at::TensorOptions(device).dtype(at::kByte));
    kernels::PackArgs args;
    args.layout = layout;
    args.scaleType = kernelType(m_scaleType);
    args.givenScaleType = kernels::DType::float32;
    args.packed = m_records.mutable_data_ptr();
    device.is_cpu() ? packOnCpu(weight, args) : packOnGpu(weight, args, device);
}

PackedLinear::PackedLinear(const PackedLinear& like, std::int64_t rows, at::Tensor records) : PackedLinear(like) {
    m_rows = rows;
    m_records = std::move(records);
}

bool PackedLinear::canPrecede(const PackedLinear& next) const {
    return m_rows % kernels::recordRows == 0 && m_columns == next.m_columns && m_bits == next.m_bits &&
           m_groupSize == next.m_groupSize && m_scaleType == next.m_scaleType;
}

std::shared_ptr<const PackedLinear> PackedLinear::join(std::vector<std::shared_ptr<const PackedLinear>>& parts) {
    std::int64_t rows = 0;
    std::vector<at::Tensor> records;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        if (i + 1 < parts.size() && !parts[i]->canPrecede(*parts[i + 1]))
            return nullptr;
        rows += parts[i]->m_rows;
        records.push_back(parts[i]->m_records);
    }
    const at::Tensor joined = at::cat(records);
    std::int64_t offset = 0;
    for (std::shared_ptr<const PackedLinear>& part : parts) {
        const std::int64_t bytes = part->bytes();
        part.reset(new PackedLinear(*part, part->m_rows, joined.narrow(0, offset, bytes)));
        offset += bytes;
    }
    return std::shared_ptr<const PackedLinear>(new PackedLinear(*parts.front(), rows, joined));
}

at::Tensor PackedLinear::makeWorkspace(const at::Device& device) {
    if (device.is_cpu())
        return {};
    kernels::PackedLinearArgs most;
    most.tokens = std::int64_t(1) << 20;
    return at::zeros({kernels::packedLinearWorkspace(most)}, at::TensorOptions(device).dtype(at::kByte));
}

at::Tensor PackedLinear::apply(const at::Tensor& x, const at::Tensor& bias) const {
    at::Tensor tokens = x.reshape({-1, m_columns});
    if (!isReadable(tokens))
        tokens = tokens.clone(at::MemoryFormat::Contiguous);
    const at::Tensor output = at::empty({tokens.size(0), m_rows}, x.options());
    if (tokens.size(0) > 0)
        multiply(tokens, bias, output, Way::automatic);
    std::vector<std::int64_t> shape = x.sizes().vec();
    shape.back() = m_rows;
    return output.view(shape);
}

bool PackedLinear::multiply(const at::Tensor& x, const at::Tensor& bias, const at::Tensor& output, Way way) const {
    const kernels::PackedWeight weight{
        {m_bits, m_rows, m_columns, m_groupSize}, kernelType(m_scaleType), m_records.const_data_ptr()};
    if (!x.device().is_cpu())
        return multiplyOnGpu(argumentsOf(weight, x, bias, output), m_workspace, way);
    if (way == Way::manyTokens)
        return false; // the way of few tokens serves any number
    requireOk(kernels::cpu::fastPackedLinear(argumentsOf(weight, x, bias, output), kernelThreads()), "packed linear");
    return true;
}

} // namespace awq::core
