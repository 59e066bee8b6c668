// SPDX-License-Identifier: GPL-3.0-or-later
// The bridge under a flood: nothing lossless lost, order kept, every pass of the event loop bounded.
#include <QtTest>

#include <atomic>
#include <thread>

#include "app/event_bridge.h"

using namespace awq;

namespace {

struct Delivery {
    std::vector<core::Event> events;
    std::size_t largestBatch = 0;
    int batches = 0;

    void take(const std::vector<core::Event>& batch) {
        events.insert(events.end(), batch.begin(), batch.end());
        largestBatch = std::max(largestBatch, batch.size());
        ++batches;
    }
};

} // namespace

class EventBridgeTest : public QObject {
    Q_OBJECT

private slots:
    void floodArrivesCompleteInOrderAndInBoundedBatches() {
        constexpr int count = 100'000, losslessEvery = 10;
        app::EventBridge bridge;
        Delivery delivery;
        connect(&bridge, &app::EventBridge::arrived, this, [&](const auto& batch) { delivery.take(batch); });
        QElapsedTimer clock;
        clock.start();
        std::jthread worker([&bridge] {
            for (int i = 0; i < count; ++i) {
                if (i % losslessEvery == 0)
                    bridge.receive({std::uint64_t(i), 0, core::LinearDone{i, "mlp.up_proj", "quantized", 1, 1}});
                else
                    bridge.receive({std::uint64_t(i), 0, core::RatioTried{i, "input_layernorm", i, count, 0, 0, 0}});
            }
        });
        worker.join();
        QTRY_VERIFY_WITH_TIMEOUT(bridge.isEmpty(), 60'000);

        int lossless = 0;
        for (std::size_t i = 0; i < delivery.events.size(); ++i) {
            QVERIFY(i == 0 || delivery.events[i - 1].sequence < delivery.events[i].sequence);
            if (!core::isLossy(delivery.events[i]))
                QCOMPARE(delivery.events[i].sequence, std::uint64_t(losslessEvery * lossless++));
        }
        QCOMPARE(lossless, count / losslessEvery);
        QCOMPARE(delivery.events.back().sequence, std::uint64_t(count - 1)); // the newest lossy one survived
        // One pass delivers a bounded batch, and passes are spaced: the event loop is never held by the flood.
        QVERIFY(delivery.largestBatch <= app::EventBridge::maxBatch);
        QVERIFY(delivery.batches <= 1 + clock.elapsed() / (app::EventBridge::drainIntervalMs - 1));
    }

    void lossyEventsOverwriteTheirOwnKindOnly() {
        app::EventBridge bridge;
        Delivery delivery;
        connect(&bridge, &app::EventBridge::arrived, this, [&](const auto& batch) { delivery.take(batch); });
        for (std::uint64_t i = 0; i < 5; ++i) {
            bridge.receive({2 * i, 0, core::Progress{double(i)}});
            bridge.receive({2 * i + 1, 0, core::MemorySample{std::int64_t(i), 0}});
        }
        QTRY_VERIFY(bridge.isEmpty());
        QCOMPARE(delivery.events.size(), std::size_t(2));
        QCOMPARE(std::get<core::Progress>(delivery.events[0].payload).fraction, 4.0);
        QCOMPARE(std::get<core::MemorySample>(delivery.events[1].payload).hostBytes, std::int64_t(4));
    }

    void aReceiverMaySendEventsItself() {
        app::EventBridge bridge;
        int seen = 0;
        connect(&bridge, &app::EventBridge::arrived, this, [&](const std::vector<core::Event>& batch) {
            seen += int(batch.size());
            if (seen < 3)
                bridge.receive({std::uint64_t(seen), 0, core::BlockStarted{seen}});
        });
        bridge.receive({0, 0, core::BlockStarted{0}});
        QTRY_COMPARE(seen, 3);
        QTRY_VERIFY(bridge.isEmpty());
    }
};

QTEST_GUILESS_MAIN(EventBridgeTest)
#include "event_bridge_test.moc"
