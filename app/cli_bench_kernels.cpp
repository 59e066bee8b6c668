// SPDX-License-Identifier: GPL-3.0-or-later
// awq-cli bench-kernels: the packed products of this machine beside float ones, over numbers of tokens.
#include "app/cli_common.h"
#include "app/cli_table.h"
#include "app/cli_verbs.h"
#include "core/run/kernel_benchmark_run.h"

namespace awq::app {
namespace {

nlohmann::ordered_json jsonOf(const core::KernelBenchmarkRequest& request,
                              const core::KernelBenchmarkResult& measured) {
    nlohmann::ordered_json json{{"device", measured.device},
                                {"driver", measured.driver},
                                {"gpu", measured.gpu},
                                {"dtype", measured.dtype},
                                {"shape", {request.rows, request.columns}},
                                {"bits", request.bits},
                                {"group_size", request.groupSize},
                                {"packed_bytes", measured.packedBytes},
                                {"float_bytes", measured.floatBytes},
                                {"copy_bytes_per_second", measured.copyBytesPerSecond},
                                {"repeats", request.repeat},
                                {"gemm_from", measured.gemmFrom},
                                {"float_from", measured.floatFrom}};
    json["rows"] = nlohmann::ordered_json::array();
    for (const core::KernelBenchmarkRow& row : measured.rows)
        json["rows"].push_back({{"path", row.path},
                                {"tokens", row.tokens},
                                {"median", row.median},
                                {"min", row.minimum},
                                {"max", row.maximum},
                                {"bytes_per_second", row.bytesPerSecond},
                                {"operations_per_second", row.operationsPerSecond}});
    return json;
}

// "GEMM is faster from 24 tokens on"
std::string crossoverText(const std::string& path, std::int64_t from) {
    return from > 0 ? path + " is faster from " + std::to_string(from) + " tokens on\n"
                    : path + " is not faster at any of these numbers of tokens\n";
}

std::string textOf(const core::KernelBenchmarkRequest& request, const core::KernelBenchmarkResult& measured) {
    TextTable table({">tokens", "path", ">median us", ">min", ">max", ">GB/s", ">of copy", ">GFLOP/s"});
    for (const core::KernelBenchmarkRow& row : measured.rows)
        table.add({std::to_string(row.tokens), row.path, number(1e6 * row.median, 1), number(1e6 * row.minimum, 1),
                   number(1e6 * row.maximum, 1), number(1e-9 * row.bytesPerSecond, 1),
                   number(100 * row.bytesPerSecond / measured.copyBytesPerSecond, 1) + " %",
                   number(1e-9 * row.operationsPerSecond, 1)});
    std::string text = measured.device;
    if (!measured.driver.empty())
        text += ", driver for CUDA " + measured.driver;
    if (!measured.gpu)
        text += "\nNo GPU is used: these are figures of the CPU.";
    text += "\nINT" + std::to_string(request.bits) + ", groups of " + std::to_string(request.groupSize) + ", " +
            shapeCell(request.rows, request.columns) + ", " + measured.dtype + "; copying moves " +
            number(1e-9 * measured.copyBytesPerSecond, 1) + " GB/s\n\n";
    return text + table.text() + "\n" +
           crossoverText("INT" + std::to_string(request.bits) + " GEMM (against GEMV)", measured.gemmFrom) +
           crossoverText("float", measured.floatFrom);
}

VerbResult benchKernels(const VerbContext& context) {
    core::KernelBenchmarkRequest request;
    const Arguments& arguments = context.arguments;
    request.rows = arguments.integer("rows", request.rows, 1);
    request.columns = arguments.integer("columns", request.columns, 1);
    request.bits = int(arguments.integer("bits", request.bits, 3));
    request.groupSize = arguments.integer("group-size", request.groupSize, 1);
    request.tokens = integers(arguments, "tokens", request.tokens);
    request.repeat = int(arguments.integer("repeat", request.repeat, 1));
    request.compute = computeOptions(arguments);
    const core::KernelBenchmarkResult measured =
        valueOf(core::runKernelBenchmark(request, context.events, context.stop));
    VerbResult result;
    result.json = jsonOf(request, measured);
    result.text = textOf(request, measured);
    return result;
}

} // namespace

Verb benchKernelsVerb() {
    return {"bench-kernels",
            "",
            "speed of packed products against float, by number of tokens",
            0,
            0,
            {{"rows", "N", "outputs of the linear (14336)"},
             {"columns", "N", "inputs of the linear (4096)"},
             {"bits", "N", "3 or 4 (4)"},
             {"group-size", "N", "columns that share a group scale (128)"},
             {"tokens", "N,N", "numbers of tokens (1,2,4,8,16,32,64,128,256)"},
             {"repeat", "N", "repetitions of each case (9)"}},
            benchKernels};
}

} // namespace awq::app
