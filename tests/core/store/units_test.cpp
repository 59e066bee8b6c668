// SPDX-License-Identifier: GPL-3.0-or-later
// Amounts of bytes and seconds as text, both ways.
#include <QtTest>

#include "core/units.h"

using namespace awq::core;

class UnitsTest : public QObject {
    Q_OBJECT

private slots:
    void bytesReadNaturally() {
        QCOMPARE(formatBytes(0), std::string("0 B"));
        QCOMPARE(formatBytes(999), std::string("999 B"));
        QCOMPARE(formatBytes(1000), std::string("1.00 KB"));
        QCOMPARE(formatBytes(999'999), std::string("1.00 MB"));
        QCOMPARE(formatBytes(13'476'839'424), std::string("13.5 GB"));
        QCOMPARE(formatBytes(210'000'000'000), std::string("210 GB"));
    }

    void secondsReadNaturally() {
        QCOMPARE(formatSeconds(0.42), std::string("0.4 s"));
        QCOMPARE(formatSeconds(42.4), std::string("42 s"));
        QCOMPARE(formatSeconds(59.9), std::string("1 m 00 s"));
        QCOMPARE(formatSeconds(185), std::string("3 m 05 s"));
        QCOMPARE(formatSeconds(4320), std::string("1 h 12 m"));
    }

    void sizesAreParsedWithTheirUnits() {
        QCOMPARE(parseBytes("5GB").value(), std::int64_t(5'000'000'000));
        QCOMPARE(parseBytes("5 gb").value(), std::int64_t(5'000'000'000));
        QCOMPARE(parseBytes("1.5MiB").value(), std::int64_t(1'572'864));
        QCOMPARE(parseBytes("300").value(), std::int64_t(300));
        QCOMPARE(parseBytes("0").value(), std::int64_t(0));
    }

    void otherTextIsNotASize() {
        for (const char* text : {"", "GB", "-1", "5 G B", "5 apples", "1e30GB", "nan"})
            QVERIFY2(!parseBytes(text), text);
    }
};

QTEST_GUILESS_MAIN(UnitsTest)
#include "units_test.moc"
