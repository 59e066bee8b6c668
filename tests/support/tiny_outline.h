// SPDX-License-Identifier: GPL-3.0-or-later
// The outline of a small made-up Llama, for tests that plan and show without a model on disk.
#pragma once

#include "core/plan/model_outline.h"

namespace awq::test {

// Hidden 256, intermediate 512, vocabulary 1024, bfloat16; seven linears and four scale sets a block.
core::ModelOutline tinyOutline(int blocks);

} // namespace awq::test
