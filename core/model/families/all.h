// SPDX-License-Identifier: GPL-3.0-or-later
// The table of family pages: one function per page.
#pragma once

#include <vector>

#include "core/model/families/family.h"

namespace awq::core {

Family llamaFamily();
Family mistralFamily();
Family qwen2Family();

inline std::vector<Family> allFamilies() {
    return {llamaFamily(), mistralFamily(), qwen2Family()};
}

} // namespace awq::core
