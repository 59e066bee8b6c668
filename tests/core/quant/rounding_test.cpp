// SPDX-License-Identifier: GPL-3.0-or-later
// Each ingredient of compensated rounding by itself: what it must solve, and that it never makes things worse.
#include <QtTest>

#include "tests/support/torch/rounding_probe.h"

using namespace awq::test;

class RoundingTest : public QObject {
    Q_OBJECT

private slots:
    void errorsFallFromStepToStep_data() {
        QTest::addColumn<int>("bits");
        QTest::addColumn<bool>("zeroPoint");
        QTest::newRow("4 bits") << 4 << true;
        QTest::newRow("3 bits") << 3 << true;
        QTest::newRow("4 bits symmetric") << 4 << false;
    }

    void errorsFallFromStepToStep() {
        QFETCH(int, bits);
        QFETCH(bool, zeroPoint);
        const RoundingErrors errors = roundingErrors(40, 128, 32, bits, zeroPoint);
        QVERIFY(errors.nearest > 0);
        QVERIFY2(errors.compensated < 0.85 * errors.nearest,
                 qPrintable(QString("%1 %2").arg(errors.compensated).arg(errors.nearest)));
        QVERIFY(errors.refined[0] < errors.compensated);
        for (std::size_t i = 1; i < errors.refined.size(); ++i)
            QVERIFY(errors.refined[i] <= errors.refined[i - 1] * 1.000001);
    }

    // Steps of 1: 0.4 becomes 0 and the other column, fed with nearly the same input, takes the 0.4 over: 1.3 + 0.4
    // rounds to 2 where plain rounding gives 1.
    void theNextColumnTakesOver() {
        QCOMPARE(compensatedPair(0.4F, 1.3F, 1.0F), (std::vector<float>{0, 2}));
        QCOMPARE(compensatedPair(0.0F, 1.3F, 1.0F), (std::vector<float>{0, 1}));
        QCOMPARE(compensatedPair(0.6F, 1.3F, 1.0F), (std::vector<float>{1, 1}));
    }

    void rangesAreThoseOfThePlainSearch() {
        const RangeComparison compared = comparedRanges(12, 64, 32);
        QVERIFY2(compared.agreement > 0.9, qPrintable(QString::number(compared.agreement)));
        QVERIFY2(compared.worst < 1e-4, qPrintable(QString::number(compared.worst))); // ties and float32 errors
    }

    void targetSolvesTheNormalEquations() { QVERIFY(targetResidual(24, 96) < 1e-4); }

    void factorIsThatOfTheInverse() { QVERIFY(factorResidual(96) < 1e-9); }

    void solvedScalesLowerTheError() {
        for (const int bits : {3, 4}) {
            const ScaleErrors errors = scaleErrors(96, 256, 64, bits);
            const QString found = QString("%1 %2 %3").arg(errors.none).arg(errors.bestRatio).arg(errors.solved);
            QVERIFY2(errors.solved < 0.55 * errors.none, qPrintable(found));
            QVERIFY2(errors.solved < 1.1 * errors.bestRatio, qPrintable(found)); // the best of twenty, known afterwards
            QVERIFY(errors.expectedSolved < errors.expectedNone);
        }
    }

    void solvedScalesAreOptimal() {
        const double gain = gainLeftInSolvedScale(96, 128, 32);
        QVERIFY2(gain < 0.005, qPrintable(QString::number(gain)));
    }

    void threadsDoNotMatter() { QVERIFY(sameWithThreads(3)); }
};

QTEST_GUILESS_MAIN(RoundingTest)
#include "rounding_test.moc"
