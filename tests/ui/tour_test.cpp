// SPDX-License-Identifier: GPL-3.0-or-later
// The tour of the README with the real engine on the demo model: quantize, find the worst linear, compare, save.
// Leaves pictures in the build folder, grabs/tour; those of the README are copies.
#include <QtTest>

#include <QDir>
#include <QTabBar>
#include <QTableView>
#include <QTemporaryDir>

#include "app/core_services.h"
#include "app/workspace.h"
#include "ui/main_window.h"
#include "ui/pages/page.h"
#include "ui/widgets/table.h"

using namespace awq;

namespace {

constexpr int runLimitMs = 600'000; // a hang, not slowness, ends the test

} // namespace

class TourTest : public QObject {
    Q_OBJECT

    QTemporaryDir m_dir;

    void grab(ui::MainWindow& window, ui::Theme& theme, const QString& name) const {
        const QDir folder(QString(AWQ_BUILD_DIR) + "/grabs/tour");
        QVERIFY(folder.mkpath("."));
        for (const auto mode : {ui::ThemeMode::dark, ui::ThemeMode::light}) {
            theme.setMode(mode);
            QTest::qWait(50); // queued redraws
            QVERIFY(window.grab().save(
                folder.filePath(name + (mode == ui::ThemeMode::dark ? "-dark.png" : ".png"))));
        }
    }

private slots:
    void theDemoFromModelToSavedFolder() {
        app::Services services = app::coreServices();
        if (services.demoModel.isEmpty())
            QSKIP("skipped: the demo model was not built");
        services.hubCache.clear(); // pictures do not depend on this computer
        app::Workspace workspace(m_dir.filePath("data"), services);
        ui::Theme theme(*qApp);
        ui::MainWindow window(workspace, theme);
        theme.setMode(ui::ThemeMode::light);
        window.resize(1280, 800);
        window.show();
        QTest::qWait(50);
        grab(window, theme, "start");

        window.openDemo();
        workspace.session().setOutput(m_dir.filePath("awq-demo"));
        QTRY_COMPARE_WITH_TIMEOUT(workspace.session().planState(), app::Session::State::ready, 20'000);
        QVERIFY(workspace.session().plan().problems.empty());
        grab(window, theme, "model");
        window.goTo("quantize");
        grab(window, theme, "recipe");

        QTest::keyClick(&window, Qt::Key_F5);
        QTRY_VERIFY_WITH_TIMEOUT(!workspace.quantizing().isActive(), runLimitMs);
        QVERIFY(workspace.quantizing().progress().finished);
        QTRY_COMPARE_WITH_TIMEOUT(window.page("quantize")->state(), ui::PageState::done, 20'000);
        grab(window, theme, "finished");

        window.goTo("inspect");
        auto* linears = window.findChild<ui::Table*>("inspectLinears");
        QTRY_VERIFY(linears->model()->rowCount() > 0);
        linears->sortByColumn(app::RunLinearsModel::outputMse, Qt::DescendingOrder);
        linears->selectRow(0);
        const double worst = linears->model()->index(0, app::RunLinearsModel::outputMse).data(app::SortRole).toDouble();
        for (const core::LinearResult& linear : workspace.results().linears().rows())
            QVERIFY(linear.outputMse <= worst);
        QTest::qWait(500); // arrays are read in the background
        grab(window, theme, "inspect");

        window.goTo("compare");
        QTRY_VERIFY(window.findChild<QAbstractButton*>("compare.run")->isEnabled());
        window.findChild<QAbstractButton*>("compare.run")->click();
        QTRY_VERIFY_WITH_TIMEOUT(!workspace.runner().isRunning(), runLimitMs);
        const auto& models = workspace.evaluation().results().rows();
        QCOMPARE(models.size(), std::size_t(3)); // float, rounded, AWQ
        QVERIFY(models[0].perplexity < models[2].perplexity && models[2].perplexity < models[1].perplexity);
        QTRY_VERIFY(workspace.evaluation().results().row(2).bytes > 0);
        QVERIFY(workspace.evaluation().results().row(2).bytes < workspace.evaluation().results().row(0).bytes);
        grab(window, theme, "compare");

        window.findChild<QTabBar*>("compare.tabs")->setCurrentIndex(1);
        window.findChild<QAbstractButton*>("compare.tokens.run")->click();
        QTRY_VERIFY_WITH_TIMEOUT(!workspace.runner().isRunning(), runLimitMs);
        QVERIFY(workspace.evaluation().comparison());
        QVERIFY(!workspace.evaluation().comparison()->positions.empty());
        grab(window, theme, "tokens");

        window.goTo("export");
        QVERIFY(QFile::exists(m_dir.filePath("awq-demo/config.json")));
        QTest::qWait(300);
        grab(window, theme, "export");
    }
};

QTEST_MAIN(TourTest)
#include "tour_test.moc"
