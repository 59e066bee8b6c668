// SPDX-License-Identifier: GPL-3.0-or-later
// What both implementations of an operation refuse.
#pragma once

#include "kernels/activation.h"
#include "kernels/attention.h"
#include "kernels/clip_search.h"
#include "kernels/group_gram.h"
#include "kernels/int8_linear.h"
#include "kernels/norm.h"
#include "kernels/packed_linear.h"
#include "kernels/packing.h"
#include "kernels/quantize_dequantize.h"
#include "kernels/rope.h"
#include "kernels/row_reductions.h"

namespace awq::kernels {

Status check(const QuantizeDequantizeArgs& args);
Status check(const QuantizeGroupsArgs& args);
Status check(const ClipSearchArgs& args);
Status check(const GroupGramArgs& args);
Status check(const NormalizeGroupGramArgs& args);
Status check(const RowReductionArgs& args);
Status check(const PackArgs& args);
Status check(const UnpackArgs& args);
Status check(const CodeWordsArgs& args);
Status check(const PackedLinearArgs& args);
Status check(const NormArgs& args);
Status check(const RopeArgs& args);
Status check(const RopeParts& all);
Status check(const ActivationArgs& args);
Status check(const DecodeAttentionArgs& args);
Status check(const Int8LinearArgs& args);

} // namespace awq::kernels
