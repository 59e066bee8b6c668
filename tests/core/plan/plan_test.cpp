// SPDX-License-Identifier: GPL-3.0-or-later
// The plan decides every linear's fate, adds sizes exactly, and says what does not fit and how to go on.
#include <QtTest>

#include <nlohmann/json.hpp>

#include <algorithm>

#include "core/export/checkpoint_writer.h"
#include "core/plan/plan.h"
#include "tests/support/expect_error.h"

using namespace awq::core;

namespace {

struct Sizes {
    std::int64_t hidden = 256, intermediate = 768;
    int blocks = 2;
};

LinearOutline linear(int block, const std::string& name, std::int64_t rows, std::int64_t columns) {
    return {block, name, "model.layers." + std::to_string(block) + "." + name, rows, columns, DType::F16, ""};
}

ModelOutline llama(const Sizes& sizes = {}) {
    ModelOutline model;
    model.path = "/models/llama";
    model.family = "llama";
    model.blocks = sizes.blocks;
    model.hidden = sizes.hidden;
    for (int block = 0; block < sizes.blocks; ++block) {
        for (const char* name : {"self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj", "self_attn.o_proj"})
            model.linears.push_back(linear(block, name, sizes.hidden, sizes.hidden));
        model.linears.push_back(linear(block, "mlp.gate_proj", sizes.intermediate, sizes.hidden));
        model.linears.push_back(linear(block, "mlp.up_proj", sizes.intermediate, sizes.hidden));
        model.linears.push_back(linear(block, "mlp.down_proj", sizes.hidden, sizes.intermediate));
        model.scaleSets.push_back(
            {block, "input_layernorm", {"self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj"}, "self_attn", ""});
        model.scaleSets.push_back({block, "self_attn.v_proj", {"self_attn.o_proj"}, "self_attn.o_proj", ""});
        model.scaleSets.push_back({block, "mlp.up_proj", {"mlp.down_proj"}, "mlp.down_proj", ""});
    }
    model.otherTensors = {{"model.embed_tokens.weight", 1000 * sizes.hidden, DType::F16},
                          {"model.norm.weight", sizes.hidden, DType::F32},
                          {"position_ids", 16, DType::I64}};
    return model;
}

Recipe recipe(std::int64_t groupSize = 128) {
    Recipe result;
    result.groupSize = groupSize;
    return result;
}

Plan plan(const Recipe& recipe, const ModelOutline& model = llama()) {
    return makePlan(model, recipe, {});
}

std::size_t countFate(const Plan& plan, const std::string& fate) {
    return std::size_t(std::ranges::count(plan.linears, fate, &PlannedLinear::fate));
}

bool says(const std::vector<Warning>& warnings, const std::string& text) {
    return std::ranges::any_of(warnings, [&](const Warning& w) {
        return (w.what + " | " + w.where + " | " + w.hint).find(text) != std::string::npos;
    });
}

} // namespace

class PlanTest : public QObject {
    Q_OBJECT

private slots:
    void everythingIsQuantizedByDefault() {
        const Plan result = plan(recipe());
        QCOMPARE(countFate(result, "quantized"), std::size_t(14));
        QVERIFY(result.problems.empty());
        QCOMPARE(result.linears[6].name, std::string("mlp.down_proj"));
        QCOMPARE(result.linears[6].groupSize, std::int64_t(128));
        QVERIFY(std::ranges::all_of(result.scaleSets, [](const auto& set) { return set.fate == "scaled"; }));
        requireExecutable(result);
    }

    void expressionsExcludeByFullName() {
        Recipe asked = recipe();
        asked.exclude = {"layers\\.1\\.", "down_proj$"};
        const Plan result = plan(asked);
        QCOMPARE(countFate(result, "excluded"), std::size_t(8));
        QCOMPARE(findLinear(result, 0, "mlp.down_proj")->reason, std::string("matches --exclude down_proj$"));
        QCOMPARE(findLinear(result, 1, "mlp.down_proj")->reason, std::string("matches --exclude layers\\.1\\."));
        QCOMPARE(findLinear(result, 0, "mlp.up_proj")->fate, std::string("quantized"));
        QVERIFY(findLinear(result, 2, "mlp.up_proj") == nullptr);
    }

    void familyKeepsLinearsInFloat() {
        ModelOutline model = llama();
        model.linears.push_back(linear(1, "mlp.gate", 8, 256));
        model.linears.back().floatReason = "the router of the experts";
        const Plan result = plan(recipe(), model);
        QCOMPARE(result.linears.back().fate, std::string("excluded"));
        QCOMPARE(result.linears.back().reason, std::string("the router of the experts"));
        QVERIFY(result.problems.empty());
    }

    void activationsAreScaledWhereTheFormatCan() {
        ModelOutline model = llama();
        model.scaleSets.push_back({1, "mlp.act", {"mlp.down_proj"}, "mlp.down_proj", "", true});
        Recipe asked = recipe();
        for (const char* format : {"awq-gemm", "llm-awq", "simulated"}) {
            asked.format = format;
            QCOMPARE(findScaleSet(plan(asked, model), 1, "mlp.act")->fate, std::string("scaled"));
        }
        asked.format = "compressed-tensors";
        const Plan result = plan(asked, model);
        QCOMPARE(findScaleSet(result, 1, "mlp.act")->fate, std::string("skipped"));
        QCOMPARE(findScaleSet(result, 1, "mlp.act")->reason,
                 std::string("the format compressed-tensors has no place for the scale of an activation"));
        QCOMPARE(findScaleSet(result, 1, "input_layernorm")->fate, std::string("scaled"));
        QVERIFY(findScaleSet(result, 0, "mlp.act") == nullptr);
    }

    void bitsForTakesTheFirstMatch() {
        Recipe asked = recipe();
        asked.format = "simulated";
        asked.bitsFor = {{"down_proj", 8}, {"mlp", 3}};
        const Plan result = plan(asked);
        QCOMPARE(findLinear(result, 0, "mlp.down_proj")->bits, 8);
        QCOMPARE(findLinear(result, 0, "mlp.up_proj")->bits, 3);
        QCOMPARE(findLinear(result, 0, "self_attn.q_proj")->bits, 4);
    }

    void overridesReachTheirLinears() {
        Recipe asked = recipe();
        asked.overrides = {"model.layers.0.mlp.up_proj=0.4,no-clip", "model.layers.1.input_layernorm=exclude",
                           "model.layers.0.nothing=0.2"};
        const Plan result = plan(asked);
        QCOMPARE(findScaleSet(result, 0, "mlp.up_proj")->ratio, std::optional(0.4));
        QCOMPARE(findScaleSet(result, 0, "mlp.up_proj")->fate, std::string("scaled"));
        QVERIFY(!findScaleSet(result, 1, "mlp.up_proj")->ratio);
        QVERIFY(!findLinear(result, 0, "mlp.down_proj")->clip && findLinear(result, 0, "mlp.up_proj")->clip);
        QCOMPARE(findScaleSet(result, 1, "input_layernorm")->fate, std::string("skipped"));
        for (const char* linear : {"self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj"})
            QCOMPARE(findLinear(result, 1, linear)->reason,
                     std::string("--override model.layers.1.input_layernorm=exclude"));
        QCOMPARE(findLinear(result, 0, "self_attn.q_proj")->fate, std::string("quantized"));
        QVERIFY(says(result.warnings, "'model.layers.0.nothing=0.2' names no scale set"));
    }

    void wholeRowIsAGroup() {
        const Plan result = plan(recipe(-1));
        QCOMPARE(findLinear(result, 0, "mlp.down_proj")->groupSize, std::int64_t(768));
        QVERIFY(result.problems.empty());
    }

    void groupSizeThatDoesNotDivideIsAProblemWithTwoWaysOut() {
        const Plan result = plan(recipe(), llama({256, 704, 2})); // 704 = 64 * 11
        QCOMPARE(result.problems.size(), std::size_t(1));
        QVERIFY(says(result.problems, "group size 128 does not divide the inputs of 2 linears"));
        QVERIFY(says(result.problems, "model.layers.0.mlp.down_proj [256, 704] and 1 more"));
        QVERIFY(says(result.problems, "use --group-size 64, or keep them in float: --exclude 'mlp\\.down_proj$'"));
        AWQ_EXPECT_ERROR(requireExecutable(result), ErrorCode::badInput, "group size 128");
    }

    void theOfferedWaysOutWork() {
        const ModelOutline model = llama({256, 704, 2});
        QVERIFY(plan(recipe(64), model).problems.empty());
        Recipe asked = recipe();
        asked.exclude = {"mlp\\.down_proj$"};
        QVERIFY(plan(asked, model).problems.empty());
    }

    void noGroupSizeMayFit() {
        const Plan result = plan(recipe(), llama({256, 712, 1})); // 712 = 8 * 89
        QVERIFY(says(result.problems, "keep them in float: --exclude"));
        QVERIFY(!says(result.problems, "--group-size"));
    }

    void formatLimitsAreProblems() {
        Recipe asked = recipe(32);
        QVERIFY(says(plan(asked, llama({256, 764, 1})).problems,
                     "needs outputs in multiples of 8, which 2 linears have not"));
        asked.format = "llm-awq";
        QVERIFY(says(plan(asked, llama({256, 736, 1})).problems,
                     "needs inputs in multiples of 64, which 1 linear has not"));
    }

    void excludingEverythingIsAProblem() {
        Recipe asked = recipe();
        asked.exclude = {"."};
        QVERIFY(says(plan(asked).problems, "no linear would be quantized"));
    }

    void scaleSetsAreSkippedWithTheirReason() {
        ModelOutline model = llama();
        model.scaleSets[1].skipReason = "grouped attention: shapes differ";
        Recipe asked = recipe();
        asked.exclude = {"down_proj"};
        const Plan result = plan(asked, model);
        QCOMPARE(result.scaleSets[0].fate, std::string("scaled"));
        QCOMPARE(result.scaleSets[1].reason, std::string("grouped attention: shapes differ"));
        QCOMPARE(result.scaleSets[2].fate, std::string("skipped"));
        QCOMPARE(result.scaleSets[2].reason, std::string("all its linears are kept in float"));
        asked.scaleSearch = "none";
        QCOMPARE(plan(asked, model).scaleSets[0].fate, std::string("identity"));
    }

    void sizesAreExact() {
        const Plan result = plan(recipe());
        // Per block: four [256, 256], two [768, 256], one [256, 768]; each weight 4 bits, each group of 128 a float16
        // and 4 bits.
        const std::int64_t weights = 2 * (4 * 256 * 256 + 3 * 256 * 768);
        const std::int64_t others = 1000 * 256 * 2 + 16 * 8; // embeddings, integers
        QCOMPARE(result.bytesBefore, weights * 2 + others + 256 * 4);
        QCOMPARE(result.bytesAfter, weights / 2 + weights / 128 * 5 / 2 + others + 256 * 2); // the norm becomes float16
    }

    void activationScalesCount() {
        ModelOutline model = llama();
        const std::int64_t before = plan(recipe(), model).bytesAfter;
        model.activationScales = {768, 768};
        QCOMPARE(plan(recipe(), model).bytesAfter, before + 2 * 768 * 2);
    }

    // Byte counts of the published test vectors: N = 8, K = 64, groups of 32.
    void formatSizes_data() {
        QTest::addColumn<QString>("format");
        QTest::addColumn<qint64>("bytes");
        QTest::newRow("gemm") << "awq-gemm" << qint64(64 * 4 + 2 * 4 + 2 * 8 * 2);
        QTest::newRow("v2") << "llm-awq" << qint64(2 * 64 * 2 + 2 * 32 * 8 * 2); // scales padded to 32 groups
        QTest::newRow("compressed") << "compressed-tensors" << qint64(8 * 8 * 4 + 8 * 2 * 2 + 2 * 4 + 16);
        QTest::newRow("simulated") << "simulated" << qint64(8 * 64 * 2);
    }

    void formatSizes() {
        QFETCH(QString, format);
        QFETCH(qint64, bytes);
        QCOMPARE(qint64(CheckpointWriter::linearBytes(format.toStdString(), {"x", 8, 64, {4, 32}, DType::F16, true})),
                 bytes);
    }

    void loadersAreJudged() {
        Plan result = plan(recipe());
        QVERIFY(std::ranges::all_of(result.loaders, [](const auto& loader) { return loader.opens == "yes"; }));
        QVERIFY(result.loaders.size() >= 3);
        result = plan(recipe(32), llama({224, 768, 1})); // 224 is no multiple of 64
        QVERIFY(says(result.warnings, "vLLM will not open the result"));
        QVERIFY(says(result.warnings, "self_attn.q_proj [224, 224]"));
        ModelOutline bloom = llama();
        bloom.family = "bloom";
        QVERIFY(says(plan(recipe(), bloom).warnings, "scales of an activation"));
    }

    // A program that fails on some linears of a family only: the plan says which to keep in float, and then all is
    // well.
    void loadersAreJudgedByTheLinearsThatArePacked() {
        ModelOutline bigcode = llama();
        bigcode.family = "gpt_bigcode";
        for (LinearOutline& linear : bigcode.linears)
            if (const std::size_t at = linear.fullName.find("down_proj"); at != std::string::npos) {
                linear.name = "mlp.c_proj";
                linear.fullName.replace(at, 9, "c_proj");
            }
        const std::string advice = R"(--exclude 'mlp\.c_proj$')";
        QVERIFY(says(plan(recipe(), bigcode).warnings, advice));
        Recipe asked = recipe();
        asked.exclude = {R"(mlp\.c_proj$)"};
        const Plan kept = plan(asked, bigcode);
        QVERIFY(!says(kept.warnings, advice));
        const auto judged = std::ranges::find(kept.loaders, "Transformers", &LoaderVerdict::program);
        QVERIFY(judged != kept.loaders.end());
        QCOMPARE(judged->opens, std::string("yes"));
    }

    void shortResourcesAreWarnings() {
        const Plan result = makePlan(
            llama(), recipe(), {.device = "cuda:0", .freeHostBytes = 1, .freeDeviceBytes = 2, .freeDiskBytes = 3});
        QVERIFY(result.problems.empty());
        QVERIFY(says(result.warnings, "host memory may not do"));
        QVERIFY(says(result.warnings, "the memory of cuda:0 may not do"));
        QVERIFY(says(result.warnings, "disk space may not do"));
        QVERIFY(plan(recipe()).warnings.empty()); // unknown is not short
    }

    void expressionsWithoutAMatchAreWarnings() {
        Recipe asked = recipe();
        asked.exclude = {"dwon_proj"};
        QVERIFY(says(plan(asked).warnings, "--exclude 'dwon_proj' matches no linear"));
    }

    void estimatesGrowWithTheWork() {
        const PlanEnvironment cpu{.device = "cpu", .threads = 2};
        Recipe asked = recipe();
        const Plan small = makePlan(llama(), asked, cpu);
        QVERIFY(small.secondsEstimate > 0);
        QVERIFY(small.peakHostBytes > 0);
        QCOMPARE(small.peakDeviceBytes, std::int64_t(0));
        asked.calibration.samples *= 2;
        QVERIFY(makePlan(llama(), asked, cpu).secondsEstimate > small.secondsEstimate);
        QVERIFY(makePlan(llama(), asked, cpu).peakHostBytes > small.peakHostBytes);
        asked.scaleSearch = "none";
        QVERIFY(makePlan(llama(), asked, cpu).secondsEstimate < small.secondsEstimate);
        const Plan gpu = makePlan(llama(), recipe(), {.device = "cuda:0"});
        QVERIFY(gpu.peakDeviceBytes > 0);
        QVERIFY(gpu.secondsEstimate < small.secondsEstimate);
    }

    void memoryLimitsAreMetStepByStep() {
        const ModelOutline model = llama({4096, 11008, 32});
        Recipe asked = recipe();
        const PlanEnvironment gpu{.device = "cuda:0", .deviceBytes = 80'000'000'000};
        const auto memoryOf = [&](std::int64_t limit) {
            asked.memoryLimit = limit;
            return makePlan(model, asked, gpu);
        };
        const Plan roomy = memoryOf(0);
        QVERIFY(roomy.memory.keepFeatures && !roomy.memory.spillHidden);
        QCOMPARE(roomy.peakDeviceBytes, roomy.memory.peakBytes);
        for (std::int64_t limit = roomy.memory.peakBytes; memoryOf(limit).problems.empty(); limit -= limit / 8) {
            const Plan tighter = memoryOf(limit);
            QVERIFY2(tighter.memory.peakBytes <= limit, qPrintable(QString::number(limit)));
        }
        const Plan refused = memoryOf(1'000'000'000);
        QVERIFY(says(refused.problems, "the memory limit is too small: this model needs at least"));
        QVERIFY(says(refused.problems, "--sequence-length"));
        const std::string hint = refused.problems.front().hint, option = "use --memory-limit ";
        const Plan smallest = memoryOf(std::stoll(hint.substr(option.size())));
        QVERIFY(smallest.problems.empty());
        QVERIFY(!smallest.memory.keepFeatures && smallest.memory.spillHidden);
        QVERIFY(says(smallest.warnings, "every candidate is measured on everything"));
        asked.calibration.samples *= 4; // in a file: more of them cost nothing
        QCOMPARE(makePlan(model, asked, gpu).memory.peakBytes, smallest.memory.peakBytes);
    }

    void hiddenStatesThatTheHostCannotHoldGoToAFile() {
        PlanEnvironment cpu{.device = "cpu", .freeHostBytes = 100'000'000'000};
        const ModelOutline model = llama({4096, 11008, 32});
        QVERIFY(!makePlan(model, recipe(), cpu).memory.spillHidden);
        cpu.freeHostBytes = 1'000'000'000;
        QVERIFY(makePlan(model, recipe(), cpu).memory.spillHidden);
    }

    void jsonHasTheDocumentedKeys() {
        const auto json = toJson(plan(recipe()));
        for (const char* key : {"linears", "scale_sets", "bytes_before", "bytes_after", "peak_host_bytes",
                                "peak_device_bytes", "seconds_estimate", "warnings"})
            QVERIFY2(json.contains(key), key);
        QCOMPARE(json["linears"].size(), std::size_t(14));
        for (const char* key : {"block", "name", "shape", "bits", "group_size", "fate", "reason"})
            QVERIFY2(json["linears"][0].contains(key), key);
        for (const char* key : {"block", "producer", "consumers", "inspected", "fate", "reason"})
            QVERIFY2(json["scale_sets"][0].contains(key), key);
    }
};

QTEST_GUILESS_MAIN(PlanTest)
#include "plan_test.moc"
