// SPDX-License-Identifier: GPL-3.0-or-later
// A result file of llm-awq in the names of a model folder.
#pragma once

#include <filesystem>

#include "core/export/awq_results.h"
#include "core/model/model_folder.h"

namespace awq::core {

// Module names in the file may have any prefix that the model's family has had: "model.language_model.layers.0..." is
// "language_model.model.layers.0..." of the folder. Throws Error(badInput) when the file cannot be read or speaks of
// none of the model's linears.
AwqResults readGivenResults(const std::filesystem::path& file, const ModelFolder& model);

} // namespace awq::core
