// SPDX-License-Identifier: GPL-3.0-or-later
// The logits job: a file of the right shape, the events around it, and its errors.
#include <QtTest>

#include "core/model/float_values.h"
#include "core/model/tensor_source.h"
#include "core/run/evaluate_run.h"
#include "tests/support/tensor_file.h"
#include "tests/support/tiny_model.h"
#include "tests/support/torch/decoder_probe.h"

using namespace awq;

class Recorder : public core::EventSink {
public:
    void receive(const core::Event& event) override { events.push_back(event); }
    std::vector<core::Event> events;
};

class LogitsRunTest : public QObject {
    Q_OBJECT

    QTemporaryDir m_dir;
    std::filesystem::path in(const std::string& name) const {
        return std::filesystem::path(m_dir.path().toStdString()) / name;
    }

    core::LogitsRequest request(const std::vector<std::int64_t>& ids) const {
        return {test::writeTinyModel(in("model")),
                test::writeIdFile(in("ids.safetensors"), "input_ids", 2, ids),
                in("logits.safetensors"),
                {"cpu", "auto", 1}};
    }

private slots:
    void writesTheLogits() {
        Recorder recorder;
        const auto outcome = core::runLogits(request({1, 2, 3, 4, 5, 6}), recorder, {});
        QVERIFY(outcome.ok());
        QCOMPARE(*outcome.result, (std::vector<std::int64_t>{2, 3, 272}));
        const auto stored = core::TensorSource::open(in("logits.safetensors")).read("logits");
        QCOMPARE(stored.shape, *outcome.result);
        QCOMPARE(core::toFloats(stored), test::computeLogits(in("model"), {2, 3, {1, 2, 3, 4, 5, 6}}));
        QVERIFY(std::holds_alternative<core::Started>(recorder.events.front().payload));
        QVERIFY(std::holds_alternative<core::Finished>(recorder.events.back().payload));
    }

    void saysWhichIdIsOutside() {
        Recorder recorder;
        const auto outcome = core::runLogits(request({1, 2, 3, 4, 5, 272}), recorder, {});
        QVERIFY(!outcome.ok());
        QCOMPARE(int(outcome.error->code()), int(core::ErrorCode::badInput));
        QVERIFY(std::string(outcome.error->what()).find("272") != std::string::npos);
        QVERIFY(std::holds_alternative<core::Failed>(recorder.events.back().payload));
    }

    void stopsWhenAsked() {
        Recorder recorder;
        std::stop_source stop;
        stop.request_stop();
        const auto outcome = core::runLogits(request({1, 2, 3, 4, 5, 6}), recorder, stop.get_token());
        QCOMPARE(int(outcome.error->code()), int(core::ErrorCode::cancelled));
        QVERIFY(std::holds_alternative<core::Cancelled>(recorder.events.back().payload));
    }
};

QTEST_GUILESS_MAIN(LogitsRunTest)
#include "logits_run_test.moc"
