// SPDX-License-Identifier: GPL-3.0-or-later
// Events folded into progress: states, worst linears, remaining time, bounded memory timeline.
#include <QtTest>

#include "app/run_progress.h"

using namespace awq;

namespace {

class Feed {
public:
    app::RunProgress progress;
    void at(double seconds, core::EventPayload payload) { progress.apply({m_next++, seconds, std::move(payload)}); }

private:
    std::uint64_t m_next = 0;
};

} // namespace

class RunProgressTest : public QObject {
    Q_OBJECT

private slots:
    void followsARunToItsEnd() {
        Feed feed;
        feed.at(0, core::Started{"quantize", "/models/a b", "/out.run", 3, 0});
        QCOMPARE(feed.progress.state, app::RunState::running);
        feed.at(1, core::BlockStarted{0});
        feed.at(1, core::PhaseChanged{core::Phase::searching, 0, {}});
        feed.at(2, core::RatioTried{0, "post_attention_layernorm", 13, 20, 0.65, 2.0, 0.35});
        QCOMPARE(feed.progress.phaseText(), QString("Searching · block 1 of 3"));
        QCOMPARE(feed.progress.nowText(), QString("post_attention_layernorm · ratio 14 of 20 · best 0.35"));
        feed.at(3, core::LinearDone{0, "mlp.down_proj", "quantized", 0.5, 0});
        feed.at(3, core::LinearDone{0, "mlp.up_proj", "quantized", 2.5, 0});
        feed.at(3, core::LinearDone{0, "router", "excluded", 0, 0});
        feed.at(4, core::BlockDone{0, 3.0, 0.1, 0.01});
        QCOMPARE(feed.progress.blocksDone(), 1);
        QCOMPARE(feed.progress.blocks[0].relativeError, 0.01);
        QCOMPARE(feed.progress.excluded, 1);
        QCOMPARE(feed.progress.worstLinears(5).size(), std::size_t(2));
        QCOMPARE(feed.progress.worstLinears(1)[0].name, QString("mlp.up_proj"));
        feed.at(9, core::Finished{"/out", 100, 30, 9});
        QCOMPARE(feed.progress.state, app::RunState::finished);
        QCOMPARE(feed.progress.fraction, 1.0);
        QVERIFY(!feed.progress.isActive());
    }

    void aNewRunForgetsTheOldOne() {
        Feed feed;
        feed.at(0, core::Started{"quantize", "m", "r", 2, 0});
        feed.at(1, core::Warning{"odd", "", ""});
        feed.at(2, core::Failed{3, "truncated", "shard 1", "download again"});
        QCOMPARE(feed.progress.state, app::RunState::failed);
        feed.at(0, core::Started{"quantize", "m", "r", 4, 2});
        QVERIFY(!feed.progress.failed);
        QVERIFY(feed.progress.warnings.empty());
        QCOMPARE(feed.progress.blocksDone(), 2); // resumed
    }

    void cancellingIsAStateOfItsOwn() {
        Feed feed;
        feed.progress.setCancelling();
        QCOMPARE(feed.progress.state, app::RunState::idle);
        feed.at(0, core::Started{"quantize", "m", "r", 2, 0});
        feed.progress.setCancelling();
        QCOMPARE(feed.progress.state, app::RunState::cancelling);
        QVERIFY(feed.progress.isActive());
        feed.at(1, core::Cancelled{1, "r"});
        QCOMPARE(feed.progress.state, app::RunState::cancelled);
    }

    void eventsOfUnknownBlocksAreHarmless() {
        Feed feed;
        feed.at(0, core::Started{"quantize", "m", "r", 1, 0});
        feed.at(1, core::BlockStarted{7});
        feed.at(1, core::BlockDone{-3, 1, 1, 1});
        QCOMPARE(feed.progress.blocksDone(), 0);
    }

    void memoryTimelineStaysBoundedAndKeepsItsEnds() {
        Feed feed;
        const int count = 3 * int(app::RunProgress::maxMemoryPoints);
        for (int i = 0; i < count; ++i)
            feed.at(i, core::MemorySample{i, 0});
        const auto& memory = feed.progress.memory;
        QVERIFY(memory.size() <= app::RunProgress::maxMemoryPoints);
        QCOMPARE(memory.front().seconds, 0.0);
        QCOMPARE(memory.back().seconds, double(count - 1));
        QVERIFY(std::is_sorted(memory.begin(), memory.end(), [](auto& a, auto& b) { return a.seconds < b.seconds; }));
    }

    void remainingTimeIsSilentThenARangeThenANumber() {
        app::EtaEstimator eta;
        eta.start(40, 0);
        QVERIFY(!eta.at(0));
        eta.blockDone(10, 10);
        QVERIFY(!eta.at(10));
        eta.blockDone(10, 20);
        QVERIFY(eta.at(20));
        QCOMPARE(eta.at(20)->low + eta.at(20)->high, 2 * 380.0);
        QVERIFY(eta.at(20)->low < eta.at(20)->high);
        eta.blockDone(10, 30);
        eta.blockDone(10, 40);
        QCOMPARE(eta.at(40)->low, 360.0);
        QCOMPARE(eta.at(40)->high, 360.0);
        QCOMPARE(eta.at(45)->high, 355.0); // time inside the block counts, at most one block
        QVERIFY(!eta.at(85)->slow);
        QVERIFY(eta.at(95)->slow);
        QVERIFY(app::etaText(eta.at(95)).startsWith("slower than expected"));
        QCOMPARE(app::etaText(std::nullopt), QString("estimating…"));
    }

    void remainingTimeFollowsTheNewestBlocks() {
        app::EtaEstimator eta;
        eta.start(100, 0);
        for (int i = 0; i < 20; ++i)
            eta.blockDone(1, i);
        for (int i = 0; i < 8; ++i)
            eta.blockDone(3, 22 + 3 * i);
        QCOMPARE(eta.at(43)->high, 3.0 * 72);
    }
};

QTEST_GUILESS_MAIN(RunProgressTest)
#include "run_progress_test.moc"
