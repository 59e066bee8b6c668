// SPDX-License-Identifier: GPL-3.0-or-later
// A hash map from 64-bit keys to small values in one flat array: filled once, then looked up very often.
#pragma once

#include <bit>
#include <cstdint>
#include <vector>

namespace awq::core {

template <typename Value>
class FlatMap {
public:
    explicit FlatMap(std::size_t expected = 0) : m_slots(std::bit_ceil(expected * 2 + 2)) {}

    // A later value for the same key replaces the earlier one. Grows when more than half full.
    void set(std::uint64_t key, const Value& value) {
        if ((m_size + 1) * 2 > m_slots.size())
            grow();
        Slot& slot = m_slots[slotOf(key)];
        m_size += slot.used ? 0 : 1;
        slot = {key, value, true};
    }

    const Value* find(std::uint64_t key) const {
        const Slot& slot = m_slots[slotOf(key)];
        return slot.used ? &slot.value : nullptr;
    }

    std::size_t size() const { return m_size; }

private:
    struct Slot {
        std::uint64_t key = 0;
        Value value{};
        bool used = false;
    };

    // The slot that holds the key, or the free one where it belongs. Fibonacci hashing, linear probing.
    std::size_t slotOf(std::uint64_t key) const {
        const std::size_t mask = m_slots.size() - 1;
        std::size_t i = std::size_t((key ^ key >> 32) * 0x9E3779B97F4A7C15ull >> 20) & mask;
        while (m_slots[i].used && m_slots[i].key != key)
            i = (i + 1) & mask;
        return i;
    }

    void grow() {
        std::vector<Slot> old(m_slots.size() * 2);
        old.swap(m_slots);
        for (const Slot& slot : old)
            if (slot.used)
                m_slots[slotOf(slot.key)] = slot;
    }

    std::vector<Slot> m_slots;
    std::size_t m_size = 0;
};

} // namespace awq::core
