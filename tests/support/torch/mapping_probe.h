// SPDX-License-Identifier: GPL-3.0-or-later
// Folding seen from tests.
#pragma once

#include <filesystem>
#include <string>

#include "core/model/decoder/mapping_check.h"

namespace awq::test {

// Largest absolute change of the logits, float64, when random scales go through every scale set of every block.
double foldedLogitDifference(const std::filesystem::path& model);

// The check of block 0 after a wrong page: the producer's set is used although it is skipped, or else loses its
// followers and its last consumer.
core::MappingCheck checkWrongMapping(const std::filesystem::path& model, const std::string& producer);

} // namespace awq::test
