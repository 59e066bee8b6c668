// SPDX-License-Identifier: GPL-3.0-or-later
// awq-cli logits: the forward pass of given token ids.
#include "app/cli_verbs.h"
#include "core/error.h"

namespace awq::app {
namespace {

VerbResult logits(const VerbContext& context) {
    for (const char* option : {"ids", "output"})
        if (!context.arguments.has(option))
            throw core::Error(core::ErrorCode::usage, std::string("--") + option + " is missing", {},
                              "give --ids FILE.safetensors and --output FILE.safetensors");
    core::LogitsRequest request;
    request.model = context.operand(0);
    request.ids = context.arguments.text("ids", "");
    request.output = context.arguments.text("output", "");
    request.compute = computeOptions(context.arguments);
    const std::vector<std::int64_t> shape = valueOf(core::runLogits(request, context.events, context.stop));
    std::string shapeText;
    for (const std::int64_t size : shape)
        shapeText += (shapeText.empty() ? "[" : ", ") + std::to_string(size);
    return {{{"path", request.output.string()}, {"shape", shape}},
            "wrote " + request.output.string() + ": logits float32 " + shapeText + "]\n"};
}

} // namespace

Verb logitsVerb() {
    return {"logits",
            "MODEL",
            "float32 logits of given token ids",
            1,
            1,
            {{"ids", "FILE", "safetensors with int32 or int64 input_ids [B, T]"},
             {"output", "FILE", "safetensors to write: float32 logits [B, T, vocabulary]"}},
            logits};
}

} // namespace awq::app
