// SPDX-License-Identifier: GPL-3.0-or-later
// How far the output of an inspected module moves when some of its weights are replaced.
#pragma once

#include <vector>

#include "core/tensor.h"

namespace awq::core {

// Measured on the calibration inputs, which may come in several pieces so that memory stays bounded.
class OutputError {
public:
    virtual ~OutputError() = default;

    virtual int pieces() const = 0;
    virtual void select(int piece) = 0; // before squaredError
    // Of the selected piece: sum over tokens and outputs of the squared difference between the module with these
    // weights and the original one. The weights are those the search was given, in the same order.
    virtual double squaredError(const std::vector<at::Tensor>& weights) = 0;
    virtual double elements() const = 0; // of the selected piece: tokens * outputs
};

// The error of a single linear, exactly, without running it: sum over rows of d H d^T, with d the change of the weight
// and H = X^T X. Costs channels/tokens of running it.
class GramError : public OutputError {
public:
    // `weight`: the original, [rows, channels]; `gram`: float32 [channels, channels] over `tokens` tokens.
    GramError(at::Tensor weight, at::Tensor gram, std::int64_t tokens)
        : m_weight(std::move(weight)), m_gram(std::move(gram)), m_tokens(tokens) {}

    int pieces() const override { return 1; }
    void select(int) override {}
    double squaredError(const std::vector<at::Tensor>& weights) override;
    double elements() const override { return double(m_tokens) * double(m_weight.size(0)); }

private:
    at::Tensor m_weight, m_gram;
    std::int64_t m_tokens;
};

} // namespace awq::core
