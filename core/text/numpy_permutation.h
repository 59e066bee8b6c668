// SPDX-License-Identifier: GPL-3.0-or-later
// numpy.random.default_rng(seed).permutation(count): the order in which the datasets library shuffles with a seed.
#pragma once

#include <cstdint>
#include <vector>

namespace awq::core {

std::vector<std::int64_t> numpyPermutation(std::uint64_t seed, std::int64_t count);

} // namespace awq::core
