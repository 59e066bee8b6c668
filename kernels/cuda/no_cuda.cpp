// SPDX-License-Identifier: GPL-3.0-or-later
// What a build without CUDA answers.
#include "kernels/column_rounding.h"
#include "kernels/common/argument_checks.h"
#include "kernels/device.h"
#include "kernels/device_memory.h"
#include "kernels/stream_graph.h"

namespace awq::kernels {

bool cudaAvailable() {
    return false;
}
bool queryDevice(int, DeviceInfo&) {
    return false;
}
void* allocateOnDevice(std::size_t) {
    return nullptr;
}
void releaseOnDevice(void*) {}
bool copyToDevice(void*, const void*, std::size_t) {
    return false;
}
bool copyToHost(void*, const void*, std::size_t) {
    return false;
}
bool synchronizeDevice() {
    return false;
}

StreamGraph::~StreamGraph() = default;
bool StreamGraph::begin(Stream) {
    return false;
}
bool StreamGraph::end(Stream) {
    return false;
}
bool StreamGraph::launch(Stream) const {
    return false;
}
double StreamGraph::timedLaunch(Stream) const {
    return -1;
}

namespace cuda {

Status quantizeDequantize(const QuantizeDequantizeArgs&, Stream) {
    return Status::unsupported;
}
Status quantizeGroups(const QuantizeGroupsArgs&, Stream) {
    return Status::unsupported;
}
Status clipSearch(const ClipSearchArgs&, Stream) {
    return Status::unsupported;
}
Status groupGram(const GroupGramArgs&, Stream) {
    return Status::unsupported;
}
Status normalizeGroupGram(const NormalizeGroupGramArgs&, Stream) {
    return Status::unsupported;
}
Status roundColumns(const RoundColumnsArgs&, Stream) {
    return Status::unsupported;
}
Status descendColumns(const DescendColumnsArgs&, Stream) {
    return Status::unsupported;
}
Status rowReduction(const RowReductionArgs&, Stream) {
    return Status::unsupported;
}
Status pack(const PackArgs&, Stream) {
    return Status::unsupported;
}
Status unpack(const UnpackArgs&, Stream) {
    return Status::unsupported;
}
Status codesFromWords(const CodeWordsArgs&, Stream) {
    return Status::unsupported;
}
Status wordsFromCodes(const CodeWordsArgs&, Stream) {
    return Status::unsupported;
}
Status packedLinear(const PackedLinearArgs&, Stream, Overlap, LinearPath) {
    return Status::unsupported;
}
Status norm(const NormArgs&, Stream, Overlap) {
    return Status::unsupported;
}
Status rope(const RopeParts&, Stream, Overlap) {
    return Status::unsupported;
}
Status activation(const ActivationArgs&, Stream, Overlap) {
    return Status::unsupported;
}
Status decodeAttention(const DecodeAttentionArgs&, Stream, Overlap) {
    return Status::unsupported;
}
Status int8Linear(const Int8LinearArgs&, Stream, Overlap) {
    return Status::unsupported;
}

} // namespace cuda
} // namespace awq::kernels
