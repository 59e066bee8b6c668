// SPDX-License-Identifier: GPL-3.0-or-later
// The shape of what awq-cli bench-kernels writes; never its times.
#include <QJsonArray>
#include <QtTest>

#include "tests/e2e/cli_process.h"

using namespace awq::test;

class CliBenchKernelsTest : public QObject {
    Q_OBJECT

private slots:
    void figuresOfEveryPath_data() {
        QTest::addColumn<QString>("bits");
        QTest::newRow("INT4") << "4";
        QTest::newRow("INT3") << "3";
    }
    void figuresOfEveryPath() {
        QFETCH(QString, bits);
        const CliRun run = runCli({"bench-kernels", "--json", "--device", "cpu", "--rows", "96", "--columns", "256",
                                   "--bits", bits, "--group-size", "64", "--tokens", "1,40", "--repeat", "3"});
        QVERIFY2(run.exitCode == 0, qPrintable(run.all()));
        const QJsonObject json = run.json().object();
        QCOMPARE(json["gpu"], QJsonValue(false));
        QCOMPARE(json["driver"].toString(), QString());
        QVERIFY(json["device"].toString().startsWith("cpu, "));
        QCOMPARE(json["shape"].toArray(), (QJsonArray{96, 256}));
        QCOMPARE(json["bits"].toInt(), bits.toInt());
        QCOMPARE(json["repeats"].toInt(), 3);
        QCOMPARE(json["float_bytes"].toInt(), 96 * 256 * 4);
        QVERIFY(json["packed_bytes"].toInt() < 96 * 256);
        QVERIFY(json["copy_bytes_per_second"].toDouble() > 0);
        QCOMPARE(json["gemm_from"].toInt(-1), 0); // the CPU has one packed product
        QVERIFY((QJsonArray{0, 1, 40}).contains(json["float_from"]));
        const QJsonArray rows = json["rows"].toArray();
        QStringList paths;
        for (const QJsonValue& value : rows) {
            const QJsonObject row = value.toObject();
            paths << row["path"].toString() + " " + QString::number(row["tokens"].toInt());
            QVERIFY(row["min"].toDouble() > 0 && row["min"].toDouble() <= row["median"].toDouble());
            QVERIFY(row["median"].toDouble() <= row["max"].toDouble());
            QVERIFY(row["bytes_per_second"].toDouble() > 0 && row["operations_per_second"].toDouble() > 0);
        }
        QCOMPARE(paths, (QStringList{"float 1", "gemv 1", "automatic 1", "float 40", "gemv 40", "automatic 40"}));
    }

    void textSaysThatThereIsNoGpu() {
        const CliRun run = runCli(
            {"bench-kernels", "--device", "cpu", "--rows", "32", "--columns", "128", "--tokens", "1", "--repeat", "1"});
        QVERIFY2(run.exitCode == 0, qPrintable(run.all()));
        QVERIFY(run.all().contains("figures of the CPU"));
        QVERIFY(run.all().contains("float is"));
    }

    void refusesWhatNoKernelHolds() {
        const CliRun run = runCli({"bench-kernels", "--device", "cpu", "--columns", "200", "--group-size", "128"});
        QCOMPARE(run.exitCode, 2);
        QVERIFY(run.all().contains("do not divide"));
    }
};

QTEST_GUILESS_MAIN(CliBenchKernelsTest)
#include "cli_bench_kernels_test.moc"
