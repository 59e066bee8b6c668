// SPDX-License-Identifier: GPL-3.0-or-later
// Calibration windows from token id files.
#include "core/run/calibration_ids_torch.h"

#include "core/error.h"
#include "core/export/manifest.h"
#include "core/model/tensor_source.h"
#include "core/run/tensor_values_torch.h"

namespace awq::core {

CalibrationIds calibrationIds(const ModelFolder&, const CalibrationOptions& options) {
    if (!options.source.ends_with(".safetensors"))
        badInput("only token id files are read so far", options.source, "give a .safetensors file with calib_ids [windows, length]");
    const TensorBytes bytes = TensorSource::open(options.source).read("calib_ids");
    return {tensorOf(bytes).to(at::kLong), std::to_string(crc32Of(bytes.bytes)), {}};
}

} // namespace awq::core
