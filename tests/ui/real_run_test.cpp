// SPDX-License-Identifier: GPL-3.0-or-later
// The real job in the window: the demo model to the end with a cancel and a resume on the way, cancelling at any
// moment, closing the window meanwhile.
#include <QtTest>

#include <QMessageBox>
#include <QRandomGenerator>

#include "core/export/verify.h"
#include "core/resource_dir.h"
#include "core/run/quantize_run.h"
#include "core/store/run_store.h"
#include "tests/support/event_recorder.h"
#include "tests/ui/loop_watchdog.h"
#include "tests/ui/real_studio.h"

using namespace awq;
using test::RealStudio;
using ui::PageState;

namespace {

constexpr int patience = 120'000; // ms

// The weights that the same request gives without a window.
std::string expectedWeights(core::QuantizeRequest request, const std::filesystem::path& output) {
    request.output = output;
    test::EventRecorder recorder;
    if (!core::runQuantize(request, recorder, {}).ok())
        qFatal("the run without a window failed");
    return test::readFile(output / "model.safetensors");
}

// Presses a button of the question that is about to come.
void answerWith(const QString& text) {
    QTimer::singleShot(0, qApp, [text] {
        for (QAbstractButton* button : QApplication::activeModalWidget()->findChildren<QAbstractButton*>())
            if (button->text() == text)
                return button->click();
        qFatal("the question has no such button");
    });
}

} // namespace

class RealRunTest : public QObject {
    Q_OBJECT

private slots:
    void theDemoToTheEndWithACancelOnTheWay() {
        RealStudio studio;
        studio.window.openDemo();
        core::Recipe recipe = studio.workspace.session().recipe();
        recipe.calibration.samples = 16;
        recipe.calibration.sequenceLength = 128;
        studio.prepare(recipe);
        QTRY_VERIFY(studio.planIsReady());
        studio.window.goTo("quantize");
        QTest::qWait(300); // painted once, as a window in use is
        const core::QuantizeRequest request = studio.workspace.session().request();

        test::LoopWatchdog watchdog;
        studio.pressQuantize();
        QTRY_VERIFY_WITH_TIMEOUT(studio.blocksDone() >= 1, patience);
        studio.pressCancel();
        QTRY_COMPARE_WITH_TIMEOUT(studio.page("quantize").state(), PageState::attention, patience);
        QVERIFY(studio.page("quantize").notice().text().startsWith("Stopped after block"));
        QVERIFY2(!std::filesystem::exists(request.output), "a folder with the final name is always complete");
        QPushButton* resume = studio.noticeButton("quantize", "Resume");
        QVERIFY(resume);
        resume->click();
        QTRY_COMPARE_WITH_TIMEOUT(studio.page("quantize").state(), PageState::done, patience);
        QVERIFY(studio.window.findChild<QWidget*>("finishCard")->isVisible());
        qInfo("%d rounds, longest: busy %.1f ms, held %.1f ms", watchdog.rounds(), watchdog.longestBusyMs(),
              watchdog.longestHeldMs());
        QVERIFY2(watchdog.longestBusyMs() <= test::LoopWatchdog::allowedMs,
                 qPrintable(QString("busy for %1 ms").arg(watchdog.longestBusyMs())));

        QVERIFY(core::verifyFolder(request.output, core::demoModel()).ok());
        QVERIFY(test::readFile(request.output / "model.safetensors") ==
                expectedWeights(request, studio.in("straight")));
        QTRY_COMPARE(studio.page("export").state(), PageState::done);
        QTRY_COMPARE(studio.page("inspect").state(), PageState::done);
    }

    void cancelledAtAnyMomentItGoesOn() {
        constexpr int times = 20, longest = 600; // ms
        QRandomGenerator random(20);
        std::string expected;
        for (int i = 0; i < times; ++i) {
            RealStudio studio;
            studio.openTiny();
            QTRY_VERIFY(studio.planIsReady());
            const core::QuantizeRequest request = studio.workspace.session().request();
            if (expected.empty())
                expected = expectedWeights(request, studio.in("straight"));
            studio.pressQuantize();
            QTest::qWait(random.bounded(longest));
            studio.pressCancel();
            QTRY_VERIFY_WITH_TIMEOUT(!studio.workspace.runner().isRunning(), patience);
            if (studio.page("quantize").state() != PageState::done) {
                QCOMPARE(studio.page("quantize").state(), PageState::attention);
                QVERIFY(!std::filesystem::exists(request.output));
                core::QuantizeRequest again = request;
                again.resume = true;
                studio.workspace.enqueue(again);
                QTRY_COMPARE_WITH_TIMEOUT(studio.page("quantize").state(), PageState::done, patience);
            }
            QVERIFY2(test::readFile(request.output / "model.safetensors") == expected,
                     qPrintable(QString("cancelled for the %1th time").arg(i + 1)));
        }
    }

    void closingMeanwhileAsksAndKeepsTheRun() {
        std::filesystem::path run;
        QTemporaryDir kept;
        {
            RealStudio studio;
            studio.openTiny({.blocks = 24});
            studio.workspace.session().setOutput(kept.filePath("out"));
            QTRY_VERIFY(studio.planIsReady());
            run = app::toPath(kept.filePath("out.run"));
            studio.pressQuantize();
            QTRY_VERIFY_WITH_TIMEOUT(studio.blocksDone() >= 1, patience);
            answerWith("Back");
            QVERIFY(!studio.window.close());
            QVERIFY(studio.window.isVisible() && studio.workspace.runner().isRunning());
            answerWith("Stop and close");
            QVERIFY(studio.window.close());
        }
        QCOMPARE(core::RunStore::open(run).info().state, std::string("cancelled"));
        QVERIFY(!core::RunStore::open(run).finishedBlocks().empty());
    }
};

QTEST_MAIN(RealRunTest)
#include "real_run_test.moc"
