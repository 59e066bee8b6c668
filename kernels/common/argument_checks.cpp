// SPDX-License-Identifier: GPL-3.0-or-later
// Checks of arguments: sizes, strides, types and pointers.
#include "kernels/common/argument_checks.h"

#include <algorithm>
#include <initializer_list>

namespace awq::kernels {
namespace {

bool anyNull(std::initializer_list<const void*> pointers) {
    return std::find(pointers.begin(), pointers.end(), nullptr) != pointers.end();
}

bool allPositive(std::initializer_list<std::int64_t> sizes) {
    return std::all_of(sizes.begin(), sizes.end(), [](std::int64_t size) { return size > 0; });
}

bool isBinaryGroup(std::int64_t size) {
    return size == 32 || size == 64 || size == 128;
}

// A missing tensor has no stride to judge.
bool strideHolds(const void* tensor, std::int64_t stride, std::int64_t columns) {
    return !tensor || stride >= columns;
}

Status checkFormat(const GroupFormat& format, std::int64_t rows, std::int64_t columns) {
    if (!allPositive({rows, columns, format.groupSize}) || columns % format.groupSize != 0)
        return Status::badShape;
    if (format.bits < 2 || format.bits > 8)
        return Status::badShape;
    return Status::ok;
}

// Two forms of a result: a tensor, or int8 with scales.
Status checkResult(const void* output, std::int64_t stride, std::int64_t columns, const void* quantized,
                   const void* scales, const void* sums) {
    const bool toInt8 = quantized != nullptr;
    if (toInt8 == (output != nullptr) || toInt8 != (scales != nullptr) || (sums && !toInt8))
        return Status::badShape;
    return strideHolds(output, stride, columns) ? Status::ok : Status::badStride;
}

} // namespace

Status check(const PackedLayout& layout) {
    if (layout.bits != 3 && layout.bits != 4)
        return Status::badShape;
    if (!allPositive({layout.rows, layout.columns, layout.groupSize}) || layout.columns % layout.groupSize != 0)
        return Status::badShape;
    const std::int64_t size = layout.groupSize;
    const bool known = isBinaryGroup(size) || size % recordColumns == 0 || size == layout.columns;
    return known ? Status::ok : Status::badShape;
}

Status check(const QuantizeDequantizeArgs& args) {
    if (const Status status = checkFormat(args.format, args.rows, args.columns); status != Status::ok)
        return status;
    if (args.candidates <= 0 || anyNull({args.weight, args.output}))
        return Status::badShape;
    if (args.candidates > 1 && !args.channelScales)
        return Status::badShape;
    return (args.columnFactors == nullptr) == (args.rowFactors == nullptr) ? Status::ok : Status::badShape;
}

Status check(const QuantizeGroupsArgs& args) {
    if (const Status status = checkFormat(args.format, args.rows, args.columns); status != Status::ok)
        return status;
    return anyNull({args.weight, args.codes, args.zeroPoints, args.scales}) ? Status::badShape : Status::ok;
}

Status check(const ClipSearchArgs& args) {
    if (const Status status = checkFormat(args.format, args.rows, args.columns); status != Status::ok)
        return status;
    if (!isBinaryGroup(args.format.groupSize) || args.fractionCount < 1 || args.fractionCount > maxClipFractions)
        return Status::badShape;
    return anyNull({args.weight, args.norms, args.correlations, args.limits}) ? Status::badShape : Status::ok;
}

Status check(const GroupGramArgs& args) {
    if (!isSixteenBit(args.type))
        return Status::badDType;
    if (!allPositive({args.tokens, args.columns}) || !isBinaryGroup(args.groupSize) ||
        args.columns % args.groupSize != 0)
        return Status::badShape;
    if (anyNull({args.input, args.gram, args.magnitude}))
        return Status::badShape;
    return args.inputStride >= args.columns && args.inputStride % 8 == 0 ? Status::ok : Status::badStride;
}

Status check(const NormalizeGroupGramArgs& args) {
    if (args.groups <= 0 || !isBinaryGroup(args.groupSize))
        return Status::badShape;
    return anyNull({args.gram, args.norms, args.correlations}) ? Status::badShape : Status::ok;
}

Status check(const RowReductionArgs& args) {
    if (!allPositive({args.rows, args.columns}) || anyNull({args.a, args.sums}))
        return Status::badShape;
    if (!args.b && args.kind == RowReductionArgs::Kind::product)
        return Status::badShape;
    const bool holds =
        strideHolds(args.a, args.strideA, args.columns) && strideHolds(args.b, args.strideB, args.columns);
    return holds ? Status::ok : Status::badStride;
}

Status check(const PackArgs& args) {
    if (const Status status = check(args.layout); status != Status::ok)
        return status;
    if (!isSixteenBit(args.scaleType))
        return Status::badDType;
    return anyNull({args.codes, args.scales, args.packed}) ? Status::badShape : Status::ok;
}

Status check(const UnpackArgs& args) {
    if (const Status status = check(args.weight.layout); status != Status::ok)
        return status;
    if (!isSixteenBit(args.weight.scaleType))
        return Status::badDType;
    const bool nothing = !args.codes && !args.zeroPoints && !args.scales && !args.values;
    return nothing || !args.weight.data ? Status::badShape : Status::ok;
}

Status check(const CodeWordsArgs& args) {
    if (!allPositive({args.rows, args.columns}) || anyNull({args.codes, args.words}))
        return Status::badShape;
    switch (args.layout) {
    case WordLayout::awqGemm:
        return args.rows % 8 == 0 ? Status::ok : Status::badShape;
    case WordLayout::inputRows:
        return args.columns % 8 == 0 ? Status::ok : Status::badShape;
    case WordLayout::llmAwq:
        return args.rows % 4 == 0 && args.columns % 64 == 0 ? Status::ok : Status::badShape;
    }
    return Status::badShape;
}

Status check(const PackedLinearArgs& args) {
    const PackedLayout& layout = args.weight.layout;
    if (const Status status = check(layout); status != Status::ok)
        return status;
    if (!isSixteenBit(args.weight.scaleType))
        return Status::badDType;
    if (args.tokens <= 0 || anyNull({args.weight.data, args.input, args.output}))
        return Status::badShape;
    const bool holds = args.inputStride >= layout.columns && args.outputStride >= layout.rows;
    return holds ? Status::ok : Status::badStride;
}

Status check(const NormArgs& args) {
    if (!allPositive({args.rows, args.columns}) || args.columns > 65536 || !args.input)
        return Status::badShape;
    const bool holds = strideHolds(args.input, args.inputStride, args.columns) &&
                       strideHolds(args.residual, args.residualStride, args.columns) &&
                       strideHolds(args.sum, args.sumStride, args.columns);
    if (!holds)
        return Status::badStride;
    return checkResult(args.output, args.outputStride, args.columns, args.quantized, args.tokenScales, args.rowSums);
}

Status check(const RopeArgs& args) {
    if (!allPositive({args.tokens, args.heads, args.headDim}) || anyNull({args.input, args.output}))
        return Status::badShape;
    if (args.rotaryDim < 0 || args.rotaryDim > args.headDim || args.rotaryDim % 2 != 0)
        return Status::badShape;
    const bool rotates = args.rotaryDim > 0;
    if (rotates && (anyNull({args.positions, args.cosines, args.sines}) || args.tablePositions <= 0))
        return Status::badShape;
    const bool inPlace = args.input == args.output;
    const bool sameStrides = args.inputTokenStride == args.outputTokenStride &&
                             args.inputHeadStride == args.outputHeadStride && !args.outputSlots;
    return inPlace && !sameStrides ? Status::badStride : Status::ok;
}

Status check(const RopeParts& all) {
    if (all.count < 1 || all.count > mostRopeParts)
        return Status::badShape;
    for (std::size_t i = 0; i < all.count; ++i) {
        if (all.parts[i].type != all.parts[0].type)
            return Status::badDType;
        if (const Status status = check(all.parts[i]); status != Status::ok)
            return status;
    }
    return Status::ok;
}

Status check(const ActivationArgs& args) {
    if (!allPositive({args.rows, args.columns}) || !args.gate)
        return Status::badShape;
    if (args.quantized && args.columns > 65536)
        return Status::badShape;
    const bool holds = strideHolds(args.gate, args.gateStride, args.columns) &&
                       strideHolds(args.up, args.upStride, args.columns) &&
                       strideHolds(args.reference, args.referenceStride, args.columns);
    if (!holds)
        return Status::badStride;
    return checkResult(args.output, args.outputStride, args.columns, args.quantized, args.tokenScales, args.rowSums);
}

Status check(const DecodeAttentionArgs& args) {
    if (!allPositive({args.batch, args.heads, args.kvHeads, args.headDim, args.maxLength}))
        return Status::badShape;
    if (args.heads % args.kvHeads != 0 || args.headDim % 8 != 0 || args.headDim > 256 || args.window < 0)
        return Status::badShape;
    if (anyNull({args.query, args.keys, args.values, args.lengths, args.output}))
        return Status::badShape;
    if (args.blockTable && (args.pageSize <= 0 || args.blockTableStride * args.pageSize < args.maxLength))
        return Status::badShape;
    return args.tokenStride >= args.headDim || args.headStride >= args.headDim ? Status::ok : Status::badStride;
}

Status check(const Int8LinearArgs& args) {
    if (!isSixteenBit(args.type))
        return Status::badDType;
    if (!allPositive({args.tokens, args.rows, args.columns}) || args.columns % 16 != 0 || args.columns >= 1 << 17)
        return Status::badShape;
    if (anyNull({args.input, args.tokenScales, args.weight, args.channelScales, args.output}))
        return Status::badShape;
    if (args.channelOffsets && !args.rowSums)
        return Status::badShape;
    return args.outputStride >= args.rows ? Status::ok : Status::badStride;
}

} // namespace awq::kernels
