// SPDX-License-Identifier: GPL-3.0-or-later
// The main job from inside: cancelled in every phase and resumed, values that are not finite, excluded linears, results
// taken over from a file.
#include <QtTest>

#include <algorithm>
#include <map>

#include "core/model/tensor_source.h"
#include "core/run/quantize_run.h"
#include "tests/support/event_recorder.h"
#include "tests/support/files.h"
#include "tests/support/tensor_file.h"
#include "tests/support/tiny_model.h"

using namespace awq;
namespace fs = std::filesystem;

namespace {

using Files = std::map<std::string, std::string>; // name -> bytes

Files filesOf(const fs::path& folder) {
    Files files;
    for (const auto& entry : fs::directory_iterator(folder))
        files[entry.path().filename().string()] = test::readFile(entry.path());
    return files;
}

bool sameBytes(const core::TensorBytes& a, const core::TensorBytes& b) {
    return std::ranges::equal(a.bytes, b.bytes);
}

QByteArray messageOf(const core::Outcome<core::QuantizeResult>& outcome) {
    return outcome.error ? QByteArray(outcome.error->what()) + " | " + outcome.error->where().c_str() + " | " +
                               outcome.error->hint().c_str()
                         : QByteArray("finished");
}

} // namespace

class QuantizeRunTest : public QObject {
    Q_OBJECT

    QTemporaryDir m_dir;
    fs::path m_model;
    Files m_expected; // of an undisturbed run

    fs::path in(const std::string& name) const { return fs::path(m_dir.path().toStdString()) / name; }

    core::QuantizeRequest request(const std::string& output) const {
        core::QuantizeRequest request{.model = m_model, .output = in(output)};
        request.recipe.groupSize = 32;
        request.recipe.device = "cpu";
        request.recipe.threads = 1;
        request.recipe.calibration.source = in("text.txt").string();
        request.recipe.calibration.samples = 4;
        request.recipe.calibration.sequenceLength = 32;
        return request;
    }

    static core::Outcome<core::QuantizeResult> run(const core::QuantizeRequest& request) {
        test::EventRecorder recorder;
        return core::runQuantize(request, recorder, {});
    }

    // The tiny model with one value of one tensor replaced.
    core::QuantizeRequest requestWith(const std::string& name, const std::string& tensor, double value) const {
        const test::TinyModelOptions options{.dtype = core::DType::F32};
        const fs::path folder = test::writeTinyModel(in(name + "-model"), options);
        std::vector<test::StoredTensor> tensors = test::tinyModelTensors(options);
        for (test::StoredTensor& stored : tensors)
            if (stored.name == tensor) {
                const auto replaced = float(value);
                std::memcpy(stored.bytes.data(), &replaced, sizeof replaced);
            }
        test::writeTensorFile(folder / "model.safetensors", tensors);
        core::QuantizeRequest changed = request(name);
        changed.model = folder;
        return changed;
    }

private slots:
    void initTestCase() {
        m_model = test::writeTinyModel(in("model"));
        test::writeFile(in("text.txt"), test::tinyText(4000));
        const auto outcome = run(request("undisturbed"));
        QVERIFY2(outcome.ok(), messageOf(outcome));
        m_expected = filesOf(in("undisturbed"));
        QVERIFY(m_expected.count("model.safetensors") == 1);
    }

    void cancelsInEveryPhaseAndGoesOn_data() {
        QTest::addColumn<int>("phase");
        QTest::addColumn<int>("block");
        for (int block : {0, 1})
            for (core::Phase phase : {core::Phase::reading, core::Phase::capturing, core::Phase::searching,
                                      core::Phase::clipping, core::Phase::packing, core::Phase::writing})
                QTest::addRow("%s of block %d", core::nameOf(phase), block) << int(phase) << block;
        for (core::Phase phase : {core::Phase::reading, core::Phase::writing, core::Phase::verifying})
            QTest::addRow("%s, outside the blocks", core::nameOf(phase)) << int(phase) << -1;
    }
    void cancelsInEveryPhaseAndGoesOn() {
        QFETCH(int, phase);
        QFETCH(int, block);
        core::QuantizeRequest cancelled = request("cancelled");
        cancelled.force = true; // each row starts over
        std::stop_source stop;
        test::EventRecorder recorder([&](const core::Event& event) {
            const auto* changed = std::get_if<core::PhaseChanged>(&event.payload);
            if (changed && int(changed->phase) == phase && changed->block == block)
                stop.request_stop();
        });
        const auto outcome = core::runQuantize(cancelled, recorder, stop.get_token());
        QVERIFY2(!outcome.ok() && outcome.error->code() == core::ErrorCode::cancelled, messageOf(outcome));
        QVERIFY(std::holds_alternative<core::Cancelled>(recorder.events.back().payload));
        QVERIFY2(!fs::exists(cancelled.output), "a folder with the final name is always complete");

        cancelled.resume =
            fs::exists(in("cancelled.run") / "run.json"); // not yet there when cancelled before the first block
        const auto resumed = run(cancelled);
        QVERIFY2(resumed.ok(), messageOf(resumed));
        QVERIFY2(filesOf(cancelled.output) == m_expected, "a resumed run writes the same bytes as an undisturbed one");
        fs::remove_all(cancelled.output);
        fs::remove_all(in("cancelled.run"));
    }

    void threadsDoNotChangeTheResult() {
        core::QuantizeRequest threaded = request("threaded");
        threaded.recipe.threads = 3;
        const auto outcome = run(threaded);
        QVERIFY2(outcome.ok(), messageOf(outcome));
        QVERIFY(filesOf(threaded.output) == m_expected);
    }

    void devicesThatShareTheBlocksDoNotChangeTheResult() {
        core::QuantizeRequest shared = request("shared");
        shared.recipe.device = "cpu,cpu,cpu";
        shared.recipe.threads = 3;
        const auto outcome = run(shared);
        QVERIFY2(outcome.ok(), messageOf(outcome));
        QVERIFY(filesOf(shared.output) == m_expected);
    }

    void correctedTargetsAreOneDevicesWork() {
        core::QuantizeRequest corrected = request("corrected");
        corrected.recipe.target = "corrected";
        const auto one = run(corrected);
        QVERIFY2(one.ok(), messageOf(one));
        core::QuantizeRequest shared = corrected;
        shared.output = in("corrected-shared");
        shared.recipe.device = "cpu,cpu";
        const auto two = run(shared);
        QVERIFY2(two.ok(), messageOf(two));
        QVERIFY(filesOf(shared.output) == filesOf(corrected.output));
        QVERIFY(std::ranges::any_of(two.result->warnings, [](const core::Warning& warning) {
            return warning.what.find("one device does all of them") != std::string::npos;
        }));
    }

    // Hidden states in a file, nothing kept beside them: the search runs step by step.
    void aTightMemoryLimitGivesTheSameChoices() {
        core::QuantizeRequest roomy = request("roomy"), tight = request("tight");
        roomy.recipe.engine = "reference"; // also step by step
        const auto free = run(roomy);
        QVERIFY2(free.ok(), messageOf(free));
        tight.recipe.memoryLimit = 1;
        const auto refused = run(tight);
        QVERIFY(!refused.ok());
        QVERIFY2(messageOf(refused).contains("the memory limit is too small"), messageOf(refused));
        const std::string hint = refused.error->hint(), option = "--memory-limit ";
        tight.recipe.memoryLimit = std::stoll(hint.substr(hint.find(option) + option.size()));
        const auto limited = run(tight);
        QVERIFY2(limited.ok(), messageOf(limited));
        QVERIFY2(limited.result->peakHostBytes <= tight.recipe.memoryLimit,
                 qPrintable(QString("%1 of %2").arg(limited.result->peakHostBytes).arg(tight.recipe.memoryLimit)));
        for (std::size_t block = 0; block < 2; ++block)
            for (std::size_t set = 0; set < limited.result->blocks[block].scaleSets.size(); ++set)
                QCOMPARE(limited.result->blocks[block].scaleSets[set].bestRatio,
                         free.result->blocks[block].scaleSets[set].bestRatio);
        for (const auto& entry : fs::directory_iterator(in("tight.run")))
            QVERIFY2(entry.path().string().find("hidden-states") == std::string::npos, "no file stays behind");
    }

    void aWeightThatIsNotFiniteIsNamed_data() {
        QTest::addColumn<double>("value");
        QTest::newRow("NaN") << std::nan("");
        QTest::newRow("infinity") << HUGE_VAL;
    }
    void aWeightThatIsNotFiniteIsNamed() {
        QFETCH(double, value);
        const std::string tensor = "model.layers.1.mlp.up_proj.weight";
        const auto outcome = run(requestWith("not-finite", tensor, value));
        QVERIFY(!outcome.ok());
        const QByteArray message = messageOf(outcome);
        QCOMPARE(int(outcome.error->code()), int(core::ErrorCode::badInput));
        QVERIFY2(message.contains("model.layers.1.mlp.up_proj"), message);
        QVERIFY(!fs::exists(in("not-finite")));
        fs::remove_all(in("not-finite.run"));
    }

    // A weight so large that the products overflow: finite on disk, infinite when it is used.
    void anActivationThatIsNotFiniteIsNamed() {
        core::QuantizeRequest overflowing = requestWith("overflow", "model.layers.0.input_layernorm.weight", 3e38);
        overflowing.recipe.dtype = "float32";
        const auto outcome = run(overflowing);
        QVERIFY(!outcome.ok());
        const QByteArray message = messageOf(outcome);
        QCOMPARE(int(outcome.error->code()), int(core::ErrorCode::badInput));
        QVERIFY2(message.contains("model.layers.0."), message);
        QVERIFY2(message.contains("not finite"), message);
        QVERIFY(!fs::exists(in("overflow")));
    }

    void excludedLinearsStayAsTheyWere() {
        core::QuantizeRequest excluding = request("excluded");
        excluding.recipe.exclude = {"layers.1.mlp.down_proj", "layers.0.self_attn"};
        const auto outcome = run(excluding);
        QVERIFY2(outcome.ok(), messageOf(outcome));
        const auto written = core::TensorSource::open(excluding.output);
        const auto float16 = core::TensorSource::open(m_model);
        QVERIFY(written.find("model.layers.1.mlp.up_proj.qweight"));
        for (const char* name : {"model.layers.1.mlp.down_proj", "model.layers.0.self_attn.o_proj"}) {
            QVERIFY(!written.find(std::string(name) + ".qweight"));
            QVERIFY(written.find(std::string(name) + ".weight"));
        }
        QVERIFY(sameBytes(written.read("lm_head.weight"), float16.read("lm_head.weight")));
        int excluded = 0;
        for (const core::BlockResult& block : outcome.result->blocks)
            for (const core::LinearResult& linear : block.linears)
                excluded += linear.fate == "excluded";
        QCOMPARE(excluded, 5);
    }

    // A float32 model: the file holds values in the model's type, so nothing is rounded on the way.
    void resultsOfOneRunGiveTheSameFolderInAnother() {
        core::QuantizeRequest out = request("results-out");
        out.model = test::writeTinyModel(in("float32-model"), {.dtype = core::DType::F32});
        out.recipe.resultsOut = in("results.pt").string();
        const auto first = run(out);
        QVERIFY2(first.ok(), messageOf(first));
        core::QuantizeRequest taken = request("results-in");
        taken.model = out.model;
        taken.recipe.resultsIn = in("results.pt").string();
        const auto second = run(taken);
        QVERIFY2(second.ok(), messageOf(second));
        const auto a = core::TensorSource::open(out.output), b = core::TensorSource::open(taken.output);
        QCOMPARE(a.tensors().size(), b.tensors().size());
        for (const auto& tensor : a.tensors())
            QVERIFY2(sameBytes(a.read(tensor.name), b.read(tensor.name)), tensor.name.c_str());
    }
};

QTEST_GUILESS_MAIN(QuantizeRunTest)
#include "quantize_run_test.moc"
