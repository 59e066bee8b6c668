// SPDX-License-Identifier: GPL-3.0-or-later
// A quantized folder made from a float one by rounding to nearest.
#pragma once

#include <filesystem>
#include <string>

#include "core/export/checkpoint_facts.h"

namespace awq::test {

// Quantizes every matrix NAME.weight below a numbered block ("model.layers.0.") and keeps the rest. dtype is that of
// floats and scales where the format leaves a choice; groupSize -1: whole rows. Makes `output`; returns what was
// written.
core::Manifest writeQuantizedModel(const std::filesystem::path& model, const std::filesystem::path& output,
                                   const std::string& format, int bits, std::int64_t groupSize,
                                   core::DType dtype = core::DType::F16);

} // namespace awq::test
