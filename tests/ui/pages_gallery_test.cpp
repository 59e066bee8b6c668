// SPDX-License-Identifier: GPL-3.0-or-later
// Every page, empty, running, done and failed, in both themes at both scales: pictures to look at (build folder,
// grabs/pages/).
#include <QtTest>

#include <QApplication>
#include <QDir>
#include <QTabBar>
#include <QTemporaryDir>

#include "tests/support/files.h"
#include "tests/ui/fake_services.h"
#include "ui/main_window.h"
#include "ui/pages/page.h"

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
            QTRY_VERIFY(window.findChild<QAbstractButton*>("compare.measure")->isEnabled());
            window.findChild<QAbstractButton*>("compare.measure")->click();
            QTRY_COMPARE(workspace.evaluation().results().rowCount(), 3);
            QTRY_VERIFY(window.findChild<QAbstractButton*>("benchmark.run")->isEnabled());
            window.findChild<QAbstractButton*>("benchmark.run")->click();
            QTRY_VERIFY(workspace.benchmark().speeds().rowCount() > 0 && !workspace.runner().isRunning());
            window.findChild<QAbstractButton*>("try.run")->click();
            QTRY_VERIFY(workspace.trial().answer(1).result);
        }
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
        grab(window, QString("recipe-%1-%2-1x").arg(what.name, dark ? "dark" : "light"), 1);
        workspace.runner().cancel();
        QTRY_VERIFY(!workspace.runner().isRunning());
        theme.setMode(ui::ThemeMode::light);
    }
};

QTEST_MAIN(PagesGalleryTest)
#include "pages_gallery_test.moc"
