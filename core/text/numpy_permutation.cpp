// SPDX-License-Identifier: GPL-3.0-or-later
// SeedSequence, PCG64 (XSL-RR 128/64) and a Fisher-Yates shuffle with masked rejection, as numpy defines them.
#include "core/text/numpy_permutation.h"

#include <array>
#include <numeric>
#include <utility>

namespace awq::core {
namespace {

__extension__ typedef unsigned __int128 Wide;

// numpy's SeedSequence: eight 32-bit words from one seed.
class SeedSequence {
public:
    explicit SeedSequence(std::uint64_t seed) {
        std::vector<std::uint32_t> entropy;
        do {
            entropy.push_back(std::uint32_t(seed));
            seed >>= 32;
        } while (seed);
        for (std::size_t i = 0; i < m_pool.size(); ++i)
            m_pool[i] = hashed(i < entropy.size() ? entropy[i] : 0);
        for (std::size_t from = 0; from < m_pool.size(); ++from)
            for (std::size_t to = 0; to < m_pool.size(); ++to)
                if (from != to)
                    m_pool[to] = mixed(m_pool[to], hashed(m_pool[from]));
    }

    std::array<std::uint32_t, 8> words() const {
        std::array<std::uint32_t, 8> result{};
        std::uint32_t hash = 0x8b51f9dd;
        for (std::size_t i = 0; i < result.size(); ++i) {
            std::uint32_t value = m_pool[i % m_pool.size()] ^ hash;
            hash *= 0x58f38ded;
            value *= hash;
            result[i] = value ^ (value >> 16);
        }
        return result;
    }

private:
    std::uint32_t hashed(std::uint32_t value) {
        value ^= m_hash;
        m_hash *= 0x931e8875;
        value *= m_hash;
        return value ^ (value >> 16);
    }
    static std::uint32_t mixed(std::uint32_t x, std::uint32_t y) {
        const std::uint32_t result = 0xca01f9dd * x - 0x4973f715 * y;
        return result ^ (result >> 16);
    }

    std::uint32_t m_hash = 0x43b0d7e5;
    std::array<std::uint32_t, 4> m_pool{};
};

class Pcg64 {
public:
    explicit Pcg64(std::uint64_t seed) {
        const auto words = SeedSequence(seed).words();
        const auto pair = [&](std::size_t i) { return std::uint64_t(words[2 * i + 1]) << 32 | words[2 * i]; };
        m_increment = (((Wide(pair(2)) << 64) | pair(3)) << 1) | 1;
        step();
        m_state += (Wide(pair(0)) << 64) | pair(1);
        step();
    }

    // Uniform in [0, limit]; draws under the smallest mask are repeated until one fits.
    std::uint64_t atMost(std::uint64_t limit) {
        std::uint64_t mask = limit;
        for (int shift = 1; shift < 64; shift <<= 1)
            mask |= mask >> shift;
        std::uint64_t value = 0;
        do
            value = (limit <= 0xffffffffU ? next32() : next64()) & mask;
        while (value > limit);
        return value;
    }

private:
    void step() { m_state = m_state * ((Wide(2549297995355413924ULL) << 64) | 4865540595714422341ULL) + m_increment; }
    std::uint64_t next64() {
        step();
        const std::uint64_t folded = std::uint64_t(m_state >> 64) ^ std::uint64_t(m_state);
        const unsigned turn = unsigned(m_state >> 122);
        return folded >> turn | folded << ((64 - turn) & 63);
    }
    std::uint32_t next32() {
        m_hasHalf = !m_hasHalf;
        if (!m_hasHalf)
            return m_half;
        const std::uint64_t both = next64();
        m_half = std::uint32_t(both >> 32);
        return std::uint32_t(both);
    }

    Wide m_state = 0, m_increment = 0;
    bool m_hasHalf = false;
    std::uint32_t m_half = 0;
};

} // namespace

std::vector<std::int64_t> numpyPermutation(std::uint64_t seed, std::int64_t count) {
    std::vector<std::int64_t> order(std::size_t(count), 0);
    std::iota(order.begin(), order.end(), 0);
    Pcg64 random(seed);
    for (std::size_t i = order.size(); i-- > 1;)
        std::swap(order[i], order[random.atMost(i)]);
    return order;
}

} // namespace awq::core
