// SPDX-License-Identifier: GPL-3.0-or-later
// The baton between the workers of a run, and the board of finished blocks.
#include <QtTest>

#include <thread>

#include "core/error.h"
#include "core/run/block_board.h"
#include "core/run/block_relay.h"

using namespace awq::core;

class BlockRelayTest : public QObject {
    Q_OBJECT

private slots:
    void everyBlockGetsWhatTheOneBeforePassed() {
        constexpr int blocks = 50;
        BlockRelay<int> relay(blocks, 1000);
        std::vector<int> seen(blocks);
        {
            std::vector<std::jthread> workers;
            for (int i = 0; i < 3; ++i)
                workers.emplace_back([&] {
                    for (int block = relay.nextBlock(); block >= 0; block = relay.nextBlock()) {
                        const std::optional<int> baton = relay.receive(block);
                        seen[std::size_t(block)] = baton.value_or(-1);
                        relay.pass(block + 1, *baton + 1);
                    }
                });
        }
        for (int block = 0; block < blocks; ++block)
            QCOMPARE(seen[std::size_t(block)], 1000 + block);
    }

    void aBrokenChainKeepsNobodyWaiting() {
        BlockRelay<int> relay(3, 0);
        QCOMPARE(relay.nextBlock(), 0);
        QVERIFY(relay.receive(0).has_value());
        bool received = true;
        std::jthread waiting([&] { received = relay.receive(relay.nextBlock()).has_value(); });
        relay.breakOff(); // block 0 fails before it passes anything on
        waiting.join();
        QVERIFY(!received);
        QCOMPARE(relay.nextBlock(), -1);
    }

    void aBlockIsClaimedOnceAndMayBeGivenBack() {
        BlockBoard board({true, false, false});
        QCOMPARE(board.lastOpen(), 2);
        QVERIFY(!board.claim(0));
        QVERIFY(board.claim(1));
        QVERIFY(!board.claim(1));
        board.release(1); // its worker failed
        QVERIFY(board.claim(1));
        board.finish(1);
        QVERIFY(!board.claim(1));
        QCOMPARE(board.finished(), 2);
        board.setShare(2, 0.5);
        QCOMPARE(board.share(), 2.5 / 3);
    }

    void waitingEndsWithTheBlockOrTheError() {
        BlockBoard board({false, false});
        std::jthread worker([&] {
            board.claim(0);
            board.finish(0);
            board.end(std::make_exception_ptr(Error(ErrorCode::noResources, "no memory")));
        });
        worker.join();
        QVERIFY_EXCEPTION_THROWN(board.waitFor(1), Error);
        BlockBoard whole({true});
        whole.waitFor(0); // returns at once
    }

    void claimsOfOtherProcessesCount() {
        struct Others : BlockClaims {
            bool claim(int block) override { return block != 0; }
            void release(int) override { ++released; }
            void finish(int) override { ++finished; }
            bool isFinished(int block) override { return block == 0; }
            bool isOpen(int block) override { return block != 0; }
            int released = 0, finished = 0;
        } others;
        BlockBoard board({false, false}, &others);
        QVERIFY(!board.claim(0));
        QVERIFY(!board.isFinished(0));
        board.waitFor(0); // asks them
        QVERIFY(board.isFinished(0) && board.isElsewhere(0));
        QVERIFY(board.claim(1));
        board.release(1);
        QVERIFY(board.claim(1));
        board.finish(1);
        QCOMPARE(others.released, 1);
        QCOMPARE(others.finished, 1);
        QCOMPARE(board.lastOpen(), -1);
        QCOMPARE(board.finished(), 2);
    }
};

QTEST_GUILESS_MAIN(BlockRelayTest)
#include "block_relay_test.moc"
