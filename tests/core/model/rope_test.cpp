// SPDX-License-Identifier: GPL-3.0-or-later
// Rotary frequencies and ALiBi slopes against numbers worked out by hand.
#include <QtTest>

#include <cmath>

#include "core/model/rope.h"

using namespace awq::core;

class RopeTest : public QObject {
    Q_OBJECT

    static bool close(double found, double expected, double relative = 1e-6) {
        const bool good = std::abs(found - expected) <= relative * std::abs(expected);
        if (!good)
            qWarning("found %.10g, expected %.10g", found, expected);
        return good;
    }

private slots:
    void plainFrequencies() {
        const auto frequencies = inverseFrequencies({.rotaryDim = 8, .theta = 10000}, 512);
        QCOMPARE(frequencies.size(), std::size_t(4));
        for (int i = 0; i < 4; ++i)
            QVERIFY(close(frequencies[std::size_t(i)], std::pow(10.0, -i)));
    }

    void linearDividesAll() {
        const auto frequencies = inverseFrequencies({.kind = RopeKind::linear, .rotaryDim = 8, .factor = 4}, 512);
        QVERIFY(close(frequencies[0], 0.25));
        QVERIFY(close(frequencies[3], 0.00025));
    }

    void dynamicGrowsBeyondTheTrainedContext() {
        const RopeSpec rope{
            .kind = RopeKind::dynamic, .rotaryDim = 128, .theta = 1e4, .factor = 2, .trainedContext = 2048};
        QVERIFY(close(inverseFrequencies(rope, 2048)[1], std::pow(1e4, -2.0 / 128)));
        QVERIFY(close(inverseFrequencies(rope, 4096)[1], std::pow(30527.74, -2.0 / 128)));
    }

    // theta 5e5, 128 elements, factor 8: pairs 29 to 34 are blended.
    void llama3BlendsTheMiddle() {
        const RopeSpec rope{.kind = RopeKind::llama3,
                            .rotaryDim = 128,
                            .theta = 5e5,
                            .factor = 8,
                            .lowFrequencyFactor = 1,
                            .highFrequencyFactor = 4,
                            .trainedContext = 8192};
        const auto frequencies = inverseFrequencies(rope, 512);
        QVERIFY(close(frequencies[28], 3.211446106e-3));
        QVERIFY(close(frequencies[29], 2.166570630e-3));
        QVERIFY(close(frequencies[30], 1.371893683e-3));
        QVERIFY(close(frequencies[34], 1.785077911e-4));
        QVERIFY(close(frequencies[63], 3.068925878e-7));
    }

    void yarnKeepsTheFastAndStretchesTheSlow() {
        const RopeSpec rope{
            .kind = RopeKind::yarn, .rotaryDim = 128, .theta = 1e6, .factor = 4, .trainedContext = 32768};
        const auto frequencies = inverseFrequencies(rope, 512);
        QVERIFY(close(frequencies[0], 1));
        QVERIFY(close(frequencies[63], std::pow(1e6, -126.0 / 128) / 4));
    }

    void longropeSwitchesWithTheLength() {
        const RopeSpec rope{.kind = RopeKind::longrope,
                            .rotaryDim = 4,
                            .theta = 100,
                            .trainedContext = 16,
                            .shortFactors = {1, 2},
                            .longFactors = {4, 8}};
        QVERIFY(close(inverseFrequencies(rope, 16)[1], 0.05));
        QVERIFY(close(inverseFrequencies(rope, 17)[1], 0.0125));
    }

    void slopesOfPowersOfTwo() {
        const auto slopes = alibiSlopes(8, 8);
        for (int i = 0; i < 8; ++i)
            QVERIFY(close(slopes[std::size_t(i)], std::exp2(-(i + 1)), 1e-12));
    }

    void slopesOfTwelveHeads() {
        const auto slopes = alibiSlopes(12, 8);
        const std::vector<double> expected{0.5,       0.25,       0.125,       0.0625,     0.03125,    0.015625,
                                           0.0078125, 0.00390625, 0.707106781, 0.35355339, 0.17677670, 0.088388348};
        QCOMPARE(slopes.size(), expected.size());
        for (std::size_t i = 0; i < slopes.size(); ++i)
            QVERIFY(close(slopes[i], expected[i], 1e-7));
    }
};

QTEST_GUILESS_MAIN(RopeTest)
#include "rope_test.moc"
