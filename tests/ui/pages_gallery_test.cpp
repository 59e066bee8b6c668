// SPDX-License-Identifier: GPL-3.0-or-later
// Every page, empty, running, done and failed, in both themes at both scales: pictures to look at (build folder,
// grabs/pages/).
#include <QtTest>

#include <QApplication>
#include <QDir>
#include <QTabBar>
#include <QTableView>
#include <QTemporaryDir>

#include "app/recipe_overrides.h"
#include "tests/support/files.h"
#include "tests/ui/fake_services.h"
#include "ui/main_window.h"
#include "ui/pages/page.h"
#include "ui/pages/task_view.h"

using namespace awq;
using test::FakeEnd;

namespace {

const QStringList pages{"start", "model", "calibration", "quantize", "inspect", "compare", "try", "benchmark", "export"};

void grab(QWidget& window, const QString& name, int scale) {
    const QDir folder(QString(AWQ_BUILD_DIR) + "/grabs/pages");
    QVERIFY(folder.mkpath("."));
    QImage image(window.size() * scale, QImage::Format_RGB32);
    image.setDevicePixelRatio(scale);
    window.render(&image);
    QVERIFY(image.save(folder.filePath(name + ".png")));
}

QString makeModel(const QTemporaryDir& dir, const QString& name) {
    const QString folder = dir.filePath(name);
    QDir().mkpath(folder);
    QFile config(folder + "/config.json");
    if (!config.open(QIODevice::WriteOnly))
        qFatal("cannot write %s", qPrintable(config.fileName()));
    return folder;
}

QString makeHubCache(const QTemporaryDir& dir) {
    for (const char* name : {"acme--Tiny-4M", "acme--Tiny-4M-Instruct"}) {
        const std::string repository = dir.filePath(QString("hub/models--%1").arg(name)).toStdString();
        test::writeFile(repository + "/snapshots/0f3a9c/config.json", "{}");
        test::writeFile(repository + "/refs/main", "0f3a9c");
    }
    return dir.filePath("hub");
}

struct Scene {
    const char* name;
    int blocks;
    FakeEnd end;
    const char* model; // empty: none is opened
};

const Scene scenes[] = {{"empty", 0, FakeEnd::finish, ""},
                        {"running", 4, FakeEnd::hang, "tiny"},
                        {"done", test::fakeBlocks, FakeEnd::finish, "tiny"},
                        {"error", 3, FakeEnd::fail, "tiny"},
                        {"broken", 0, FakeEnd::finish, "broken"}};

// The other faces of the compare page, with results: another run, all predictions, a file of questions.
void grabComparisons(ui::MainWindow& window, app::Workspace& workspace, const QTemporaryDir& dir, const QString& theme) {
    window.goTo("compare");
    auto* tabs = window.findChild<QTabBar*>("compare.tabs");
    window.findChild<QAbstractButton*>("compare.tokens.run")->click();
    QTRY_VERIFY(workspace.evaluation().comparison() && !workspace.runner().isRunning());
    core::QuantizeRequest other = workspace.session().request();
    other.output = dir.filePath("tiny-awq-w3g64").toStdString();
    other.recipe.bits = 3;
    other.recipe.groupSize = 64;
    core::RunInfo info;
    info.model = other.model;
    info.output = other.output;
    info.recipe = other.recipe;
    info.state = "finished";
    const QString run = dir.filePath("tiny-awq-w3g64.run");
    {
        core::RunStore store = core::RunStore::create(run.toStdString(), info);
        for (int block = 0; block < test::fakeBlocks; ++block) {
            core::BlockResult result = test::fakeBlock(block);
            for (core::LinearResult& linear : result.linears)
                linear.outputMse *= 1 + 0.2 * std::sin(block + double(linear.rows));
            store.saveBlock(result);
        }
    }
    workspace.settings().addRecent(run);
    window.findChild<ui::TaskView*>()->addFiles({"/data/piqa.jsonl", "/data/arc_easy.jsonl"});
    window.findChild<QAbstractButton*>("tasks.run")->click();
    QTRY_COMPARE(workspace.tasks().results().rowCount(), 4);
    QTRY_VERIFY(window.findChild<QTableView*>("linearDifferences")->model()->rowCount() > 0);
    for (int face = 1; face < tabs->count(); ++face) {
        tabs->setCurrentIndex(face);
        QTest::qWait(10);
        grab(window, QString("compare%1-%2-1x").arg(face).arg(theme), 1);
    }
    tabs->setCurrentIndex(0);
}

} // namespace

class PagesGalleryTest : public QObject {
    Q_OBJECT

private slots:
    void pagesInEveryState_data() {
        QTest::addColumn<int>("scene");
        QTest::addColumn<bool>("dark");
        for (int scene = 0; scene < int(std::size(scenes)); ++scene)
            for (const bool dark : {false, true})
                QTest::addRow("%s %s", scenes[scene].name, dark ? "dark" : "light") << scene << dark;
    }

    void pagesInEveryState() {
        QFETCH(int, scene);
        QFETCH(bool, dark);
        const Scene& what = scenes[scene];
        QTemporaryDir dir;
        app::Services services = test::fakeServices(what.blocks, what.end);
        services.hubCache = makeHubCache(dir);
        app::Workspace workspace(dir.filePath("data"), services);
        ui::Theme theme(*qApp);
        ui::MainWindow window(workspace, theme);
        theme.setMode(dark ? ui::ThemeMode::dark : ui::ThemeMode::light);
        window.resize(1280, 800);
        window.show();
        if (*what.model) {
            window.openPath(makeModel(dir, what.model));
            QTRY_VERIFY(workspace.session().modelState() != app::Session::State::working);
        }
        if (QString(what.model) == "tiny") {
            QTRY_COMPARE(workspace.session().planState(), app::Session::State::ready);
            QTest::keyClick(&window, Qt::Key_F5);
            if (what.end == FakeEnd::hang)
                QTRY_VERIFY(workspace.quantizing().progress().ratio);
            else
                QTRY_VERIFY(!workspace.quantizing().isActive());
            QTRY_COMPARE(workspace.results().linears().rowCount(), 7 * what.blocks);
        }
        if (what.end == FakeEnd::finish && what.blocks > 0) {
            QTRY_VERIFY(window.findChild<QAbstractButton*>("compare.run")->isEnabled());
            window.findChild<QAbstractButton*>("compare.run")->click();
            QTRY_COMPARE(workspace.evaluation().results().rowCount(), 3);
            QTRY_VERIFY(window.findChild<QAbstractButton*>("benchmark.run")->isEnabled());
            window.findChild<QAbstractButton*>("benchmark.run")->click();
            QTRY_VERIFY(workspace.benchmark().speeds().rowCount() > 0 && !workspace.runner().isRunning());
            window.findChild<QAbstractButton*>("try.run")->click();
            QTRY_VERIFY(workspace.trial().answer(1).result);
        }
        if (QString(what.name) == "done")
            grabComparisons(window, workspace, dir, dark ? "dark" : "light");
        for (const QString& page : pages) {
            if (!window.page(page))
                continue;
            window.goTo(page);
            QTest::qWait(page == "calibration" && what.blocks == test::fakeBlocks ? 500 : 10); // its preview comes late
            for (const int scale : {1, 2})
                grab(window, QString("%1-%2-%3-%4x").arg(page, what.name, dark ? "dark" : "light").arg(scale), scale);
        }
        window.goTo("quantize");
        window.findChild<QTabBar*>("quantize.tabs")->setCurrentIndex(0);
        if (QString(what.name) == "done")
            workspace.session().setRecipe(
                app::withOverride(app::withOverride(workspace.session().recipe(), {"down_proj", 8}), {"layers.0.", 0}));
        grab(window, QString("recipe-%1-%2-1x").arg(what.name, dark ? "dark" : "light"), 1);
        workspace.runner().cancel();
        QTRY_VERIFY(!workspace.runner().isRunning());
        theme.setMode(ui::ThemeMode::light);
    }
};

QTEST_MAIN(PagesGalleryTest)
#include "pages_gallery_test.moc"
