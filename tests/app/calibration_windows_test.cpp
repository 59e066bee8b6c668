// SPDX-License-Identifier: GPL-3.0-or-later
// Which documents a calibration window was cut from.
#include <QtTest>

#include <QAbstractItemModelTester>

#include "app/calibration_windows.h"

using namespace awq;

namespace {

core::CalibrationSet setOf(std::vector<std::int64_t> documentTokens, std::int64_t windows) {
    core::CalibrationSet set;
    set.documentTokens = std::move(documentTokens);
    set.windows = windows;
    set.length = 100;
    return set;
}

QString text(const std::vector<app::WindowSource>& windows) {
    QStringList parts;
    for (const app::WindowSource& w : windows)
        parts << QString("%1:%2-%3").arg(w.window).arg(w.firstDocument).arg(w.lastDocument);
    return parts.join(' ');
}

} // namespace

class CalibrationWindowsTest : public QObject {
    Q_OBJECT

private slots:
    void documentsJoinAndSpanWindows() {
        // 0-60 | 60-250 | 250-300 | 300-420: three windows, the rest is cut.
        QCOMPARE(text(app::windowSources(setOf({60, 190, 50, 120}, 3), "pack")), QString("1:1-2 2:2-2 3:2-3"));
    }

    void aDocumentThatFillsAWindowExactlyEndsThere() {
        QCOMPARE(text(app::windowSources(setOf({100, 100, 100}, 3), "pack")), QString("1:1-1 2:2-2 3:3-3"));
    }

    void pilevalLeavesOutTheLongAndTheEmpty() {
        QCOMPARE(text(app::windowSources(setOf({150, 60, 0, 80, 70}, 2), "pileval")), QString("1:2-4 2:4-5"));
    }

    void idFilesHaveNoDocuments() { QVERIFY(app::windowSources(setOf({}, 4), "pack").empty()); }

    void theTableCountsDocuments() {
        app::WindowSourcesModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setRows(app::windowSources(setOf({60, 190, 50, 120}, 3), "pack"));
        QCOMPARE(model.index(0, 3).data().toInt(), 2);
        QCOMPARE(model.index(1, 3).data().toInt(), 1);
    }
};

QTEST_GUILESS_MAIN(CalibrationWindowsTest)
#include "calibration_windows_test.moc"
