// SPDX-License-Identifier: GPL-3.0-or-later
// Keys and values of the tokens one block has seen, so that the next token need not compute them again.
#pragma once

#include "core/error.h"
#include "core/tensor.h"

namespace awq::core {

class KeyValueCache {
public:
    explicit KeyValueCache(std::int64_t capacity) : m_capacity(capacity) {} // tokens

    std::int64_t length() const { return m_length; }

    // Forgets the tokens; memory stays for as many sequences.
    void clear() { m_length = 0; }

    // [B, kvHeads, T, d] each, rope applied. Room for `capacity` tokens is made at the first call.
    void append(const at::Tensor& key, const at::Tensor& value) {
        const auto sizes = key.sizes();
        if (!m_keys.defined() || (m_length == 0 && m_keys.size(0) != sizes[0])) {
            m_keys = at::empty({sizes[0], sizes[1], m_capacity, sizes[3]}, key.options());
            m_values = at::empty_like(m_keys);
        }
        const std::int64_t added = key.size(2);
        requireRoom(added);
        m_keys.narrow(2, m_length, added).copy_(key);
        m_values.narrow(2, m_length, added).copy_(value);
        m_length += added;
    }

    at::Tensor keys() const { return m_keys.narrow(2, 0, m_length); } // [B, kvHeads, length, d]
    at::Tensor values() const { return m_values.narrow(2, 0, m_length); }

    // [B, kvHeads, capacity, d], contiguous; undefined before the first tokens. Whoever writes a token's keys and
    // values there itself counts it.
    const at::Tensor& allKeys() const { return m_keys; }
    const at::Tensor& allValues() const { return m_values; }
    void countToken() {
        requireRoom(1);
        ++m_length;
    }

private:
    void requireRoom(std::int64_t added) const {
        if (m_length + added > m_capacity)
            throw Error(ErrorCode::internal, "the key-value cache is full");
    }

    std::int64_t m_capacity, m_length = 0;
    at::Tensor m_keys, m_values;
};

} // namespace awq::core
