// SPDX-License-Identifier: GPL-3.0-or-later
// One linear, channel scales already folded in: clip, round to codes, and measure in the units of the float model.
#pragma once

#include <map>
#include <optional>
#include <utility>

#include "core/export/awq_results.h"
#include "core/model/decoder_spec.h"
#include "core/quant/results.h"
#include "core/quant/search/input_statistics_torch.h"
#include "core/run/block_view_torch.h"

namespace awq::core {

// The channel scales that were folded into a weight: its columns were multiplied by columnScale, the rows from firstRow
// on divided by rowScale. Either may be undefined.
struct FoldedScales {
    at::Tensor columnScale; // float32 [in]
    at::Tensor rowScale;    // float32 [rows scaled]
    std::int64_t firstRow = 0;

    at::Tensor folded(const at::Tensor& weight) const;   // the scales put in
    at::Tensor unfolded(const at::Tensor& weight) const; // the scales taken out again
};

using ScalesByLinear = std::map<std::string, FoldedScales>; // by name relative to the block

// Folds a set's channel scale into the scales of its consumers and, where it is a linear, of its producer.
void addScale(ScalesByLinear& scales, const ScaleSet& set, const at::Tensor& scale);

struct RoundedLinear {
    LinearResult result;
    QuantizedGroups codes;
    at::Tensor effective; // float32 [out, in]: what the codes stand for, the scales taken out again
};

// Shape, format and fate; nothing measured yet.
LinearResult describedLinear(const BlockView& view, const LinearSpec& linear, const GroupFormat& format);

// The steps of roundLinear(). Clips, as the recipe or `given` says, and rounds to nearest:
QuantizedGroups clippedCodes(const BlockView& view, const LinearSpec& linear, const GroupFormat& format,
                             const at::Tensor& folded, const FoldedScales& scales, const InputStatistics* inputs,
                             const AwqResults* given, const std::string& fullName, LinearResult& result);
// Weight errors and histogram:
void measureWeights(const at::Tensor& original, const at::Tensor& effective, const Workers& workers,
                    LinearResult& result);

// `folded`: float32 [out, in]. `inputs`: of the unscaled linear; null when no token reached it. `given`: the clip
// values of a result file instead of a search, `fullName` naming the linear in it.
RoundedLinear roundLinear(const BlockView& view, const LinearSpec& linear, const GroupFormat& format,
                          const at::Tensor& folded, const FoldedScales& scales, const InputStatistics* inputs,
                          const AwqResults* given, const std::string& fullName);

} // namespace awq::core
