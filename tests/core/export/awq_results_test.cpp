// SPDX-License-Identifier: GPL-3.0-or-later
// llm-awq's search result files, read and written.
#include <QTemporaryDir>
#include <QtTest>

#include "core/export/awq_results.h"
#include "core/export/torch_zip_writer.h"
#include "core/model/float_values.h"
#include "core/model/tensor_source.h"
#include "tests/support/expect_error.h"
#include "tests/support/files.h"
#include "tests/support/shared_data.h"
#include "tests/support/zip_bytes.h"

using namespace awq;
using core::AwqResults;
using core::DType;
namespace pickle = test::pickle;

class AwqResultsTest : public QObject {
    Q_OBJECT

    QTemporaryDir m_dir;

    std::filesystem::path path(const char* name) const {
        return std::filesystem::path(m_dir.path().toStdString()) / name;
    }

    static void compare(const AwqResults& a, const AwqResults& b) {
        QCOMPARE(a.scales.size(), b.scales.size());
        QCOMPARE(a.clips.size(), b.clips.size());
        for (std::size_t i = 0; i < a.scales.size(); ++i) {
            QCOMPARE(a.scales[i].producer, b.scales[i].producer);
            QCOMPARE(a.scales[i].consumers, b.scales[i].consumers);
            QCOMPARE(a.scales[i].values, b.scales[i].values);
        }
        for (std::size_t i = 0; i < a.clips.size(); ++i) {
            QCOMPARE(a.clips[i].linear, b.clips[i].linear);
            QCOMPARE(a.clips[i].rows, b.clips[i].rows);
            QCOMPARE(a.clips[i].groups, b.clips[i].groups);
            QCOMPARE(a.clips[i].values, b.clips[i].values);
        }
    }

private slots:
    void roundTrip() {
        const AwqResults results{{{"norm", {"q", "k", "v"}, {0.5, 1, 2}}, {"v", {"o"}, {1}}},
                                 {{"q", 2, 3, {1, 2, 3, 4, 5, 6}}}};
        for (const AwqResults& value : {results, AwqResults{}})
            for (int i = 0; i < 2; ++i) { // replaces
                core::writeAwqResults(path("results.pt"), value, DType::F16);
                compare(core::readAwqResults(path("results.pt")), value);
            }
        QVERIFY(!std::filesystem::exists(path("results.pt.partial")));
    }

    void readsWhatLlmAwqWrote() {
        AWQ_REQUIRE_SHARED(golden, "golden");
        const auto results = core::readAwqResults(golden / "llama2-tiny-w4g64.pt");
        const auto tensors = core::TensorSource::open(golden / "llama2-tiny-w4g64.safetensors");
        QVERIFY(!results.scales.empty() && !results.clips.empty());
        for (std::size_t i = 0; i < results.scales.size(); ++i)
            QCOMPARE(results.scales[i].values, core::toFloats(tensors.read("scale." + std::to_string(i))));
        for (const auto& clip : results.clips) {
            QCOMPARE(clip.values, core::toFloats(tensors.read("clip." + clip.linear)));
            QCOMPARE(clip.rows, tensors.at("clip." + clip.linear).shape[0]);
        }
        core::writeAwqResults(path("copy.pt"), results, DType::F32);
        compare(core::readAwqResults(path("copy.pt")), results);
    }

    void refusesOtherForms() {
        const auto reading = [&](const std::string& body) {
            test::writeFile(path("bad.pt"),
                            test::zipBytes({{"a/data.pkl", pickle::file(body)}, {"a/data/0", std::string(8, '\0')}}));
            return test::caughtError([&] { core::readAwqResults(path("bad.pt")); });
        };
        const std::string open = "}(" + pickle::text("scale") + "](", close = "e" + pickle::text("clip") + "]u";
        const std::string vector = pickle::tensor("FloatStorage", "0", 2, 0, {2}, {1});
        QVERIFY(!reading(open + pickle::text("p") + "(" + pickle::text("q") + "t" + vector + "\x87" + close));
        QVERIFY(test::refused(reading("]"), "no list 'scale'"));
        QVERIFY(test::refused(reading("}" + pickle::text("scale") + "]s"), "no list 'clip'"));
        QVERIFY(test::refused(reading(open + "N" + close), "something else than a tuple"));
        QVERIFY(test::refused(reading(open + "NN\x86" + close), "no name of the producer"));
        QVERIFY(test::refused(reading(open + pickle::text("p") + "NN\x87" + close), "no tuple of consumers"));
        QVERIFY(test::refused(reading(open + pickle::text("p") + "(Nt" + vector + "\x87" + close),
                              "no name of a consumer"));
        QVERIFY(test::refused(reading(open + pickle::text("p") + ")N\x87" + close), "'p'"));
        QVERIFY(test::refused(reading(open + pickle::text("p") + ")" +
                                      pickle::tensor("FloatStorage", "0", 2, 0, {1, 2}, {2, 1}) + "\x87" + close),
                              "[1, 2] instead of one dimension"));
        QVERIFY(test::refused(reading(open + pickle::text("p") + ")" +
                                      pickle::tensor("LongStorage", "0", 1, 0, {1}, {1}) + "\x87" + close),
                              "does not hold floats"));
        QVERIFY(test::refused(reading("}(" + pickle::text("scale") + "]" + pickle::text("clip") + "](" +
                                      pickle::text("l") + vector + "\x86" + "eu"),
                              "instead of [out, groups, 1]"));
    }
};

QTEST_GUILESS_MAIN(AwqResultsTest)
#include "awq_results_test.moc"
