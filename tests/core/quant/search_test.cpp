// SPDX-License-Identifier: GPL-3.0-or-later
// Group rounding against values worked out by hand, the searches against plain computations.
#include <QtTest>

#include <cmath>

#include "core/dtype.h"
#include "tests/support/torch/search_probe.h"

using namespace awq::test;

class SearchTest : public QObject {
    Q_OBJECT

private slots:
    // Range -1..2 in 15 steps of 0.2: zero point 5.
    void codesOfAGroup() {
        const RoundTrip found = roundTrip({-1.0F, 2.0F, 0.0F, 0.31F}, 4, 4, 4, true, false);
        QCOMPARE(found.codes, (std::vector<int>{0, 15, 5, 7}));
        QCOMPARE(found.zeroPoints, std::vector<int>{5});
        QVERIFY(std::abs(found.groupScales[0] - 0.2F) < 1e-6F);
        QVERIFY(found.oneWay);
    }

    // A group that does not straddle zero collapses, as in the reference.
    void rangesAreNotWidenedToZero() {
        const RoundTrip found = roundTrip({0.50F, 0.51F, 0.505F, 0.5F}, 4, 4, 4, true, false);
        QCOMPARE(found.zeroPoints, std::vector<int>{0});
        QCOMPARE(found.codes, std::vector<int>(4, 15));
    }

    void halvesRoundToEven() {
        const RoundTrip found = roundTrip({0.0F, 15.0F, 2.5F, 3.5F}, 4, 4, 4, true, false);
        QCOMPARE(found.codes, (std::vector<int>{0, 15, 2, 4}));
    }

    void symmetricCodesLieAroundTheMiddle() {
        const RoundTrip found = roundTrip({-7.0F, 3.0F, 0.0F, 7.0F}, 4, 4, 4, false, false);
        QCOMPARE(found.zeroPoints, std::vector<int>{8});
        QCOMPARE(found.codes, (std::vector<int>{1, 11, 8, 15}));
    }

    void everyWidthAndGroup_data() {
        QTest::addColumn<int>("bits");
        QTest::addColumn<int>("groupSize");
        for (int bits = 2; bits <= 8; ++bits)
            for (int groupSize : {32, 64, 128, 256})
                QTest::addRow("w%dg%d", bits, groupSize) << bits << groupSize;
    }
    void everyWidthAndGroup() {
        QFETCH(int, bits);
        QFETCH(int, groupSize);
        std::vector<float> weights(512);
        for (std::size_t i = 0; i < weights.size(); ++i)
            weights[i] = std::sin(float(i) * 1.7F) + 0.1F * std::cos(float(i));
        for (bool zeroPoint : {true, false}) {
            const RoundTrip found = roundTrip(weights, 256, bits, groupSize, zeroPoint, true);
            QVERIFY(found.oneWay);
            QCOMPARE(int(found.groupScales.size()), 512 / groupSize);
            for (std::size_t i = 0; i < weights.size(); ++i) {
                const float scale = found.groupScales[i / std::size_t(groupSize)];
                QVERIFY(found.codes[i] >= 0 && found.codes[i] < (1 << bits));
                // A step off at the ends of the range at most: the zero point is rounded, too.
                QVERIFY(std::abs(found.values[i] - weights[i]) <= 1.05F * scale);
                QCOMPARE(awq::core::halfToFloat(awq::core::floatToHalf(scale)), scale);
            }
        }
    }

    void constantGroupsStayFinite() {
        for (float value : {0.0F, 3.0F, -1e-7F})
            for (float found : roundTrip(std::vector<float>(64, value), 64, 8, 64, true, true).values)
                QVERIFY(std::isfinite(found));
    }

    void gramLossIsThatOfRunningTheLinear() {
        const ScaleCurve gram = searchedScale(96, 128, 600, true), direct = searchedScale(96, 128, 600, false);
        QCOMPARE(gram.losses.size(), std::size_t(20));
        for (std::size_t i = 0; i < 20; ++i)
            QVERIFY(std::abs(gram.losses[i] / direct.losses[i] - 1) < 1e-4);
        QCOMPARE(gram.best, direct.best);
        QVERIFY(gram.best > 0); // outlier channels reward scaling
        QVERIFY(gram.losses[std::size_t(gram.best)] < gram.losses[0]);
    }

    void aBrokenCandidateIsDiscarded() {
        const ScaleCurve whole = searchedScale(64, 128, 300, true);
        const ScaleCurve broken = searchedScale(64, 128, 300, true, whole.best);
        QVERIFY(std::isnan(broken.losses[std::size_t(whole.best)]));
        QVERIFY(broken.best >= 0 && broken.best != whole.best);
    }

    void withoutAnyCandidateNothingIsChosen() {
        const ScaleCurve found = searchedScale(64, 128, 300, true, -1);
        QCOMPARE(found.best, -1);
        QVERIFY(found.channelScale.empty());
    }

    void threadsDoNotChangeTheResult() {
        const ScaleCurve one = searchedScale(600, 256, 300, true, std::nullopt, 1);
        const ScaleCurve four = searchedScale(600, 256, 300, true, std::nullopt, 4);
        QCOMPARE(one.losses, four.losses);
        QCOMPARE(one.channelScale, four.channelScale);
    }

    void clipsEqualThePlainSearch_data() {
        QTest::addColumn<int>("tokens");
        QTest::addColumn<int>("groupSize");
        QTest::newRow("through Gram matrices") << 200 << 64;
        QTest::newRow("fewer tokens than a group") << 48 << 128;
        QTest::newRow("whole rows") << 100 << 256;
    }
    void clipsEqualThePlainSearch() {
        QFETCH(int, tokens);
        QFETCH(int, groupSize);
        const ClipComparison found = comparedClips(300, 256, tokens, groupSize);
        QVERIFY2(found.worstLoss < 1e-4, qPrintable(QString::number(found.worstLoss)));
        QVERIFY2(found.agreement > 0.995, qPrintable(QString::number(found.agreement)));
    }
};

QTEST_GUILESS_MAIN(SearchTest)
#include "search_test.moc"
