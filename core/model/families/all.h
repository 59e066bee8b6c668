// SPDX-License-Identifier: GPL-3.0-or-later
// The table of family pages: one function per page.
#pragma once

#include <vector>

#include "core/model/families/family.h"

namespace awq::core {

Family llamaFamily();
Family mistralFamily();
Family qwen2Family();
Family qwen3Family();
Family mixtralFamily();
Family qwen2MoeFamily();
Family qwen3MoeFamily();
Family optFamily();
Family bloomFamily();
Family mptFamily();
Family falconFamily();
Family gptNeoxFamily();
Family gptBigcodeFamily();
Family starcoder2Family();
Family internlm2Family();
Family llavaFamily();
Family internvlFamily();

inline std::vector<Family> allFamilies() {
    return {llamaFamily(),      mistralFamily(),    qwen2Family(),     qwen3Family(), mixtralFamily(), qwen2MoeFamily(),
            qwen3MoeFamily(),   optFamily(),        bloomFamily(),     mptFamily(),   falconFamily(),  gptNeoxFamily(),
            gptBigcodeFamily(), starcoder2Family(), internlm2Family(), llavaFamily(), internvlFamily()};
}

} // namespace awq::core
