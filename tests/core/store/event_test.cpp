// SPDX-License-Identifier: GPL-3.0-or-later
// Events survive their JSON lines, and damaged lines are refused.
#include <QtTest>

#include <cmath>
#include <limits>

#include "core/event.h"
#include "tests/support/expect_error.h"

using namespace awq::core;

namespace {

const double notANumber = std::numeric_limits<double>::quiet_NaN();

// One event of every kind, no field at its default.
std::vector<EventPayload> onePerKind() {
    return {
        Started{"quantize", "/models/a \"b\"", "/runs/ä", 32, 3},
        PhaseChanged{Phase::clipping, 4, "window 12 of 128"},
        Progress{0.25},
        BlockStarted{5},
        RatioTried{1, "input_layernorm", 3, 20, 0.15, 1e-5, 0.1},
        ScaleSetDone{1, "mlp.up_proj", 0.55, 2e-6, 3e-6, "scaled"},
        LinearDone{2, "self_attn.q_proj", "quantized", 1.5e-4, 2.5e-7},
        BlockDone{2, 12.5, 1e-3, 0.02},
        MemorySample{1'000'000'000'000, 5},
        SnapshotSaved{7},
        PerplexityDone{"m", 5.47, 0.03, 1'000'000, 128},
        Warning{"a", "b", "c"},
        Finished{"/out", 13'500'000'000, 3'900'000'000, 99.5},
        Failed{4, "out of memory", "block 3", "use a smaller batch"},
        Cancelled{12, "/runs/a"},
    };
}

} // namespace

class EventTest : public QObject {
    Q_OBJECT

private slots:
    void everyKindSurvivesItsLine() {
        QCOMPARE(onePerKind().size(), std::variant_size_v<EventPayload>);
        std::uint64_t sequence = 41;
        for (std::size_t kind = 0; const EventPayload& payload : onePerKind()) {
            QCOMPARE(payload.index(), kind++);
            const std::string line = toJsonLine({sequence, 1.25, payload});
            const Event back = eventFromJsonLine(line);
            QCOMPARE(back.sequence, sequence++);
            QCOMPARE(back.seconds, 1.25);
            QCOMPARE(back.payload.index(), payload.index());
            QCOMPARE(toJsonLine(back), line);
            QVERIFY(line.find('\n') == std::string::npos);
        }
    }

    void linesHaveTheDocumentedForm() {
        const std::string line = toJsonLine({7, 1.25, BlockDone{3, 2, 0.5, 0.25}});
        QCOMPARE(line, std::string("{\"seq\":7,\"t\":1.25,\"event\":\"BlockDone\",\"block\":3,\"seconds\":2.0,"
                                   "\"output_mse\":0.5,\"relative_error\":0.25}"));
    }

    void numbersThatAreNotFiniteBecomeNull() {
        const std::string line = toJsonLine({0, 0, BlockDone{0, 1, notANumber, 0}});
        QVERIFY(line.find("\"output_mse\":null") != std::string::npos);
        QVERIFY(std::isnan(std::get<BlockDone>(eventFromJsonLine(line).payload).outputMse));
    }

    void textThatIsNotUtf8IsReplaced() {
        const std::string line = toJsonLine({0, 0, Warning{"bad \xff name", "", ""}});
        QCOMPARE(std::get<Warning>(eventFromJsonLine(line).payload).what, std::string("bad \xef\xbf\xbd name"));
    }

    void exactlyThreeKindsEndARun() {
        int terminal = 0, lossy = 0;
        for (const EventPayload& payload : onePerKind()) {
            terminal += isTerminal({0, 0, payload});
            lossy += isLossy({0, 0, payload});
            QVERIFY(!(isTerminal({0, 0, payload}) && isLossy({0, 0, payload})));
        }
        QCOMPARE(terminal, 3);
        QCOMPARE(lossy, 3);
        QVERIFY(isTerminal({0, 0, Cancelled{}}));
        QVERIFY(isLossy({0, 0, RatioTried{}}));
    }

    void newerFieldsAreIgnored() {
        const Event event = eventFromJsonLine(R"({"event":"BlockStarted","block":4,"colour":"red"})");
        QCOMPARE(std::get<BlockStarted>(event.payload).block, 4);
    }

    void damagedLinesAreRefused_data() {
        QTest::addColumn<QString>("line");
        QTest::addColumn<QString>("says");
        QTest::newRow("empty") << ""
                               << "not an event";
        QTest::newRow("torn") << "{\"seq\":7,\"event\":\"Blo"
                              << "not an event";
        QTest::newRow("no name") << "{\"seq\":7}"
                                 << "not an event";
        QTest::newRow("list") << "[1]"
                              << "not an event";
        QTest::newRow("unknown") << "{\"event\":\"Exploded\"}"
                                 << "unknown event 'Exploded'";
        QTest::newRow("name is a number") << "{\"event\":3}"
                                          << "expected text, found 3";
        QTest::newRow("type") << "{\"event\":\"BlockStarted\",\"block\":\"x\"}"
                              << "BlockStarted block";
        QTest::newRow("fraction") << "{\"event\":\"BlockStarted\",\"block\":1.5}"
                                  << "whole number";
        QTest::newRow("range") << "{\"event\":\"BlockStarted\",\"block\":99999999999}"
                               << "out of range";
        QTest::newRow("phase") << "{\"event\":\"PhaseChanged\",\"phase\":\"dreaming\"}"
                               << "unknown phase 'dreaming'";
        QTest::newRow("negative sequence") << "{\"event\":\"BlockStarted\",\"seq\":-1}"
                                           << "out of range";
    }

    void damagedLinesAreRefused() {
        QFETCH(QString, line);
        QFETCH(QString, says);
        AWQ_EXPECT_ERROR(eventFromJsonLine(line.toStdString()), ErrorCode::badInput, says.toStdString());
    }
};

QTEST_GUILESS_MAIN(EventTest)
#include "event_test.moc"
