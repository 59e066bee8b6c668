// SPDX-License-Identifier: GPL-3.0-or-later
// Another choice for one scale set of a run: tried on its block alone, kept only when asked. Blocking.
#pragma once

#include <filesystem>
#include <stop_token>

#include "core/event.h"
#include "core/plan/scale_override.h"
#include "core/quant/results.h"
#include "core/run/outcome.h"

namespace awq::core {

struct OverrideRequest {
    std::filesystem::path runDir; // the scale set's block must be finished
    // The set by its producer, or else by one of the linears whose inputs it scales; the beginning of a name may be
    // left out where the rest says which ("3.mlp.up_proj"). Asking for nothing undoes an earlier override.
    ScaleOverride wanted;
};

struct OverrideResult {
    ScaleOverride wanted;      // with the set's full name
    BlockResult before, after; // without the bulk arrays
};

// Quantizes the block once more with the wanted choice: only this scale set is searched, the block's other sets are
// taken over; linears are clipped and rounded anew. The calibration is computed up to the block by streaming the model,
// as a resumed run does. The outcome is kept in "<runDir>/trial", the run itself stays as it is. An unknown name is an
// error that lists what there is.
Outcome<OverrideResult> tryOverride(const OverrideRequest& request, EventSink& sink, std::stop_token stop);

// Takes what tryOverride() made of `tried` into the run, and the choice into its recipe. A finished run becomes a
// "changed" one: resuming it writes its folder again, in which only this block and, where the recipe corrects targets,
// those after it are quantized. Throws Error(badInput) when the last trial was of something else or the run has changed
// since.
void keepOverride(const std::filesystem::path& runDir, const ScaleOverride& tried);

} // namespace awq::core
