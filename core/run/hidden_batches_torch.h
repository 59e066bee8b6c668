// SPDX-License-Identifier: GPL-3.0-or-later
// Hidden states between two blocks, batch by batch: on the compute device, or in a file where memory is short.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <vector>

#include "core/run/spill_file.h"
#include "core/tensor.h"

namespace awq::core {

// Batches are [sequences, T, D], all of the same T and D. Different batches may be read and replaced by several
// threads.
class HiddenBatches {
public:
    HiddenBatches() = default;
    // `folder`: where the file lies that the batches are kept in; empty: they stay on the device.
    explicit HiddenBatches(at::Device device, std::filesystem::path folder = {})
        : m_device(device), m_folder(std::move(folder)) {}
    // Place for as many batches of the same sizes as `other` has, undefined until they are replaced.
    static HiddenBatches like(const HiddenBatches& other);

    // Makes place for batches of these many sequences.
    void reserve(const std::vector<std::int64_t>& sequences, std::int64_t length, std::int64_t width,
                 at::ScalarType type);
    void replace(std::size_t i, const at::Tensor& batch); // of the size that was reserved
    void release(std::size_t i);                          // its memory, unless it is in a file

    at::Tensor operator[](std::size_t i) const; // on the device
    std::size_t size() const { return m_sequences.size(); }
    bool empty() const { return m_sequences.empty(); }
    std::int64_t sequences(std::size_t i) const { return m_sequences[i]; }
    std::int64_t tokens() const; // of all batches
    std::int64_t width() const { return m_width; }
    std::int64_t bytes() const; // of all batches, wherever they are
    std::int64_t residentBytes() const { return m_folder.empty() ? bytes() : 0; }
    at::ScalarType type() const { return m_type; }
    at::Device device() const { return m_device; } // where they are computed with

    // The same states for another device.
    HiddenBatches on(at::Device device) const;
    // With memory of their own.
    HiddenBatches copy() const;

private:
    at::Device m_device = at::kCPU;
    std::filesystem::path m_folder;
    std::shared_ptr<SpillFile> m_file; // what the tensors view; null: on the device
    std::vector<at::Tensor> m_batches;
    std::vector<std::int64_t> m_sequences;
    std::int64_t m_length = 0, m_width = 0;
    at::ScalarType m_type = at::kFloat;
};

} // namespace awq::core
