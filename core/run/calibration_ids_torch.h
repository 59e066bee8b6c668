// SPDX-License-Identifier: GPL-3.0-or-later
// The calibration's token ids as a tensor, with the hash that identifies them.
#pragma once

#include <string>
#include <vector>

#include "core/model/model_folder.h"
#include "core/plan/recipe.h"
#include "core/tensor.h"

namespace awq::core {

struct CalibrationIds {
    at::Tensor ids;                 // int64 [windows, length], CPU
    std::string hash;               // of the ids
    std::vector<std::string> notes; // what was cut or skipped, one sentence each
};

// Throws as buildCalibration().
CalibrationIds calibrationIds(const ModelFolder& model, const CalibrationOptions& options);

} // namespace awq::core
