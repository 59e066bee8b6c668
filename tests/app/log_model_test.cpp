// SPDX-License-Identifier: GPL-3.0-or-later
// The log table: bounded under a flood from another thread, newest lines kept, what was left out said.
#include <QtTest>

#include <QAbstractItemModelTester>
#include <thread>

#include "app/log_model.h"

using namespace awq;
using app::LogModel;

class LogModelTest : public QObject {
    Q_OBJECT

private slots:
    void showsLinesOfOtherThreads() {
        LogModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        QSignalSpy inserts(&model, &QAbstractItemModel::rowsInserted);
        std::jthread([&model] {
            for (int i = 0; i < 100; ++i)
                model.append({i, core::LogLevel::warning, "line " + std::to_string(i)});
        }).join();
        QTRY_COMPARE(model.rowCount(), 100);
        QCOMPARE(inserts.count(), 1); // one change, not a hundred
        QCOMPARE(model.index(99, LogModel::text).data().toString(), QString("line 99"));
        QCOMPARE(model.index(99, LogModel::level).data().toString(), QString("warning"));
    }

    void keepsTheNewestLines() {
        LogModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        for (int round = 0; round < 3; ++round) {
            for (int i = 0; i < LogModel::capacity / 2; ++i)
                model.append({0, core::LogLevel::info, std::to_string(round)});
            model.flush();
        }
        QCOMPARE(model.rowCount(), LogModel::capacity);
        QCOMPARE(model.row(0).text, std::string("1"));
        QCOMPARE(model.row(LogModel::capacity - 1).text, std::string("2"));
    }

    void saysWhatAFloodLeftOut() {
        LogModel model;
        for (int i = 0; i < 2 * LogModel::capacity; ++i)
            model.append({0, core::LogLevel::info, "x"});
        model.flush();
        QCOMPARE(model.rowCount(), LogModel::capacity);
        QVERIFY(QString::fromStdString(model.rows().back().text).startsWith(QString::number(LogModel::capacity)));
    }
};

QTEST_GUILESS_MAIN(LogModelTest)
#include "log_model_test.moc"
