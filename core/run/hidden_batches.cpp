// SPDX-License-Identifier: GPL-3.0-or-later
// Tensors, or views of a mapped file.
#include "core/tensor.h"

#include "core/run/hidden_batches_torch.h"

#include <numeric>

namespace awq::core {

HiddenBatches HiddenBatches::like(const HiddenBatches& other) {
    HiddenBatches batches(other.m_device, other.m_folder);
    batches.reserve(other.m_sequences, other.m_length, other.m_width, other.m_type);
    return batches;
}

void HiddenBatches::reserve(const std::vector<std::int64_t>& sequences, std::int64_t length, std::int64_t width,
                            at::ScalarType type) {
    constexpr std::int64_t slack = 64; // a batch begins on a whole cache line
    m_sequences = sequences;
    m_length = length;
    m_width = width;
    m_type = type;
    m_batches.assign(sequences.size(), {});
    if (m_folder.empty())
        return;
    m_file = std::make_shared<SpillFile>(m_folder, bytes() + slack * std::int64_t(size()));
    for (std::size_t i = 0; i < size(); ++i) {
        const std::int64_t elements = sequences[i] * length * width;
        m_batches[i] = at::from_blob(m_file->take(elements * std::int64_t(c10::elementSize(type))),
                                     {sequences[i], length, width}, at::TensorOptions().dtype(type));
    }
}

void HiddenBatches::replace(std::size_t i, const at::Tensor& batch) {
    if (m_file)
        m_batches[i].copy_(batch);
    else
        m_batches[i] = batch;
}

void HiddenBatches::release(std::size_t i) {
    if (!m_file)
        m_batches[i].reset();
}

at::Tensor HiddenBatches::operator[](std::size_t i) const {
    return m_batches[i].to(m_device);
}

std::int64_t HiddenBatches::tokens() const {
    return m_length * std::accumulate(m_sequences.begin(), m_sequences.end(), std::int64_t(0));
}

std::int64_t HiddenBatches::bytes() const {
    return tokens() * m_width * std::int64_t(c10::elementSize(m_type));
}

HiddenBatches HiddenBatches::on(at::Device device) const {
    HiddenBatches moved = *this;
    moved.m_device = device;
    if (!m_file)
        for (at::Tensor& batch : moved.m_batches)
            batch = batch.to(device);
    return moved;
}

HiddenBatches HiddenBatches::copy() const {
    HiddenBatches copied = like(*this);
    for (std::size_t i = 0; i < size(); ++i)
        copied.replace(i, m_batches[i]);
    return copied;
}

} // namespace awq::core
