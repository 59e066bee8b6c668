// SPDX-License-Identifier: GPL-3.0-or-later
// The window stays at hand while a run floods it with events: paging through tables, watching the run.
#include <QtTest>

#include <QElapsedTimer>
#include <QTemporaryDir>

#include "tests/ui/fake_services.h"
#include "tests/ui/loop_watchdog.h"
#include "ui/main_window.h"
#include "ui/pages/inspect_page.h"
#include "ui/widgets/table.h"

using namespace awq;

namespace {

constexpr int blocks = 32, eventCount = 100'000, perMillisecond = 50;

// A finished run of many linears for the table.
QString makeRun(const QString& folder) {
    core::RunInfo info{.model = "/models/tiny", .output = "/out"};
    info.blocks = blocks;
    info.state = "running";
    core::RunStore store = core::RunStore::create(folder.toStdString(), info);
    for (int block = 0; block < blocks; ++block)
        store.saveBlock(test::fakeBlock(block));
    store.setState("finished");
    return folder;
}

// As a real run tells it, only faster: many ratios and memory samples, some linears, few blocks.
core::EventPayload payloadOf(int index) {
    const int block = int(std::int64_t(index) * blocks / eventCount);
    switch (index % 10) {
    case 0:
    case 1:
        return core::LinearDone{block, "mlp.down_proj", "quantized", 1e-5 * (1 + index % 97), 1e-6};
    case 2:
        return core::MemorySample{1'000'000'000 + 1000 * index, 0};
    case 3:
        return core::Progress{double(index) / eventCount};
    case 4:
        return core::PhaseChanged{core::Phase(index / 10 % 5), block, {}};
    default:
        return core::RatioTried{block, "mlp.up_proj", index % 20, 20, 0.05 * (index % 20), 1e-4, 0.35};
    }
}

app::JobOutcome flood(core::EventSink& sink, const QString& runDir, bool paced) {
    std::uint64_t sequence = 0;
    const auto send = [&](core::EventPayload payload) {
        sink.receive({sequence, 1e-3 * double(sequence), std::move(payload)});
        ++sequence;
    };
    send(core::Started{"quantize", "/models/tiny", runDir.toStdString(), blocks, 0});
    for (int i = 0; i < eventCount; ++i) {
        send(payloadOf(i));
        if ((i + 1) % (eventCount / blocks) == 0)
            send(core::BlockDone{(i + 1) / (eventCount / blocks) - 1, 1, 1e-3, 1e-3});
        if (paced && i % perMillisecond == 0)
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    send(core::Finished{"/out", 2, 1, 1});
    return {core::QuantizeResult(), std::nullopt};
}

} // namespace

class FloodTest : public QObject {
    Q_OBJECT

    QTemporaryDir m_dir;
    QString m_run;

private slots:
    void initTestCase() { m_run = makeRun(m_dir.filePath("run")); }

    // Else the other functions would prove nothing.
    void theWatchdogSeesABlockedLoop() {
        test::LoopWatchdog watchdog;
        QTest::qWait(50);
        QVERIFY(watchdog.rounds() > 1);
        QTimer::singleShot(0, &watchdog, [] {
            const std::clock_t start = std::clock();
            while (double(std::clock() - start) / CLOCKS_PER_SEC < 0.12) {
            }
        });
        QTRY_VERIFY(watchdog.longestBusyMs() > 100);
        watchdog.forget();
        QTimer::singleShot(0, &watchdog, [] { std::this_thread::sleep_for(std::chrono::milliseconds(120)); });
        QTRY_VERIFY(watchdog.longestHeldMs() > 100);
    }

    void pagingStaysSmooth_data() {
        QTest::addColumn<QString>("page");
        QTest::addColumn<bool>("paced");
        QTest::newRow("paging, events for seconds") << "inspect" << true;
        QTest::newRow("paging, events at once") << "inspect" << false;
        QTest::newRow("watching, events for seconds") << "quantize" << true;
        QTest::newRow("watching, events at once") << "quantize" << false;
    }
    void pagingStaysSmooth() {
        QFETCH(QString, page);
        QFETCH(bool, paced);
        app::Services services = test::fakeServices();
        services.quantize = [run = m_run, paced](const core::QuantizeRequest&) -> app::Job {
            return [=](core::EventSink& sink, std::stop_token) { return flood(sink, run, paced); };
        };
        QTemporaryDir data;
        app::Workspace workspace(data.path(), services);
        ui::Theme theme(*qApp);
        ui::MainWindow window(workspace, theme);
        window.show();
        window.openPath(m_run);
        QTRY_COMPARE(workspace.results().linears().rowCount(), 7 * blocks);
        auto& inspect = static_cast<ui::InspectPage&>(*window.page("inspect"));
        for (const char* name : {"quantize", "inspect"}) { // painted once, as a window in use is
            window.goTo(name);
            QTest::qWait(300);
        }
        window.goTo(page);
        QTest::qWait(100);

        int batches = 0;
        connect(&workspace.quantizing(), &app::RunMonitor::advanced, &window, [&] { ++batches; });
        QElapsedTimer clock;
        clock.start();
        test::LoopWatchdog watchdog;
        workspace.enqueue({});
        do {
            if (page == "inspect" && inspect.linearTable().isVisible())
                QTest::keyClick(&inspect.linearTable(), clock.elapsed() / 400 % 2 ? Qt::Key_PageUp : Qt::Key_PageDown);
            QTest::qWait(15);
        } while (workspace.runner().isRunning());
        QTest::qWait(200); // what is left to draw

        const app::RunProgress& progress = workspace.quantizing().progress();
        QCOMPARE(progress.blocksDone(), blocks);
        QCOMPARE(progress.losses.size(), std::size_t(eventCount / 5));
        QVERIFY2(batches <= clock.elapsed() / 1000.0 * 31 + 5, qPrintable(QString::number(batches)));
        qInfo("%d rounds, longest: busy %.1f ms, held %.1f ms", watchdog.rounds(), watchdog.longestBusyMs(),
              watchdog.longestHeldMs());
        QVERIFY2(watchdog.longestBusyMs() <= test::LoopWatchdog::allowedMs,
                 qPrintable(QString("busy for %1 ms").arg(watchdog.longestBusyMs())));
        QVERIFY2(watchdog.longestHeldMs() <= 5 * test::LoopWatchdog::allowedMs,
                 qPrintable(QString("held for %1 ms").arg(watchdog.longestHeldMs())));
    }
};

QTEST_MAIN(FloodTest)
#include "flood_test.moc"
