// SPDX-License-Identifier: GPL-3.0-or-later
// Peak memory of a quantization run against the number of blocks: models of equal blocks, each quantized in a process
// of its own on the CPU. Prints both peaks and what they may be: hidden states + 2 blocks + 400 MB; then the peak under
// the smallest memory limit that the plan accepts.
//   streaming_bench [HIDDEN [INTERMEDIATE]]       default 512 1408
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>

#include "core/model/model_folder.h"
#include "core/run/plan_environment.h"
#include "core/run/quantize_run.h"
#include "tests/support/files.h"
#include "tests/support/tiny_model.h"

namespace {

using namespace awq;
namespace fs = std::filesystem;

constexpr int samples = 16, sequenceLength = 128;
constexpr double megabyte = 1e6;

struct SilentSink : core::EventSink {
    void receive(const core::Event&) override {}
};

struct Shape {
    int hidden = 512, intermediate = 1408;

    double blockBytes() const { return 4.0 * (4.0 * hidden * hidden + 3.0 * hidden * intermediate); } // float32
    double hiddenBytes() const { return 4.0 * samples * sequenceLength * hidden; }
};

std::int64_t smallestLimitOf(const core::QuantizeRequest& request) {
    const core::ModelOutline model = core::outlineOf(core::ModelFolder::open(request.model));
    const core::PlanEnvironment environment = core::planEnvironment(request.recipe, request.output);
    return core::smallestMemoryLimit(core::makePlan(model, request.recipe, environment), model, environment);
}

int quantizeOne(const fs::path& root, const Shape& shape, int blocks, bool limited) {
    test::TinyModelOptions options;
    options.blocks = blocks;
    options.hidden = shape.hidden;
    options.intermediate = shape.intermediate;
    options.heads = options.keyValueHeads = shape.hidden / 64;
    core::QuantizeRequest request{.model = root / "model", .output = root / "quantized"};
    request.recipe.device = "cpu";
    request.recipe.calibration.source = (root / "text.txt").string();
    request.recipe.calibration.samples = samples;
    request.recipe.calibration.sequenceLength = sequenceLength;
    // Written by another process: what making the model needed does not count.
    if (const pid_t writer = fork(); writer == 0) {
        test::writeTinyModel(request.model, options);
        test::writeFile(root / "text.txt", test::tinyText(std::size_t(samples) * sequenceLength * 3));
        _exit(0);
    } else {
        int status = 0;
        waitpid(writer, &status, 0);
        if (status != 0)
            return 1;
    }
    if (limited)
        request.recipe.memoryLimit = smallestLimitOf(request);
    SilentSink sink;
    const auto outcome = core::runQuantize(request, sink, {});
    if (!outcome.ok()) {
        std::fprintf(stderr, "%s: %s\n", outcome.error->where().c_str(), outcome.error->what());
        return 1;
    }
    std::printf("%2d blocks: peak %.1f MB of anonymous memory, %.1f s", blocks,
                double(outcome.result->peakHostBytes) / megabyte, outcome.result->seconds);
    if (limited)
        std::printf(", limit %.1f MB", double(request.recipe.memoryLimit) / megabyte);
    std::printf("\n");
    std::fflush(stdout);
    return 0;
}

} // namespace

int main(int count, char** arguments) {
    Shape shape;
    if (count > 1)
        shape.hidden = std::atoi(arguments[1]);
    if (count > 2)
        shape.intermediate = std::atoi(arguments[2]);
    std::printf("hidden states %.1f MB + 2 blocks %.1f MB (float32) + 400 MB = %.1f MB\n",
                shape.hiddenBytes() / megabyte, 2 * shape.blockBytes() / megabyte,
                (shape.hiddenBytes() + 2 * shape.blockBytes()) / megabyte + 400);
    std::fflush(stdout);
    const fs::path root = fs::temp_directory_path() / ("awq-streaming-bench-" + std::to_string(getpid()));
    int failed = 0;
    struct Case {
        int blocks;
        bool limited;
    };
    for (const auto [blocks, limited] : {Case{8, false}, Case{32, false}, Case{8, true}}) {
        if (const pid_t child = fork(); child == 0)
            _exit(quantizeOne(root / (std::to_string(blocks) + (limited ? "-limited" : "")), shape, blocks, limited));
        else {
            int status = 0;
            waitpid(child, &status, 0);
            failed |= status;
        }
    }
    fs::remove_all(root);
    return failed == 0 ? 0 : 1;
}
