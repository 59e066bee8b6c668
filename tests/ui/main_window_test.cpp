// SPDX-License-Identifier: GPL-3.0-or-later
// The window with fake runs: opening, dropping, the whole journey, cancelling, failing, keyboard and accessible names.
#include <QtTest>

#include <QAbstractButton>
#include <QAbstractSpinBox>
#include <QApplication>
#include <QComboBox>
#include <QDropEvent>
#include <QInputDialog>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QMessageBox>
#include <QMimeData>
#include <QPlainTextEdit>
#include <QProgressBar>
#include <QSpinBox>
#include <QStackedWidget>
#include <QTabBar>
#include <QTableView>
#include <QTemporaryDir>

#include "tests/support/files.h"
#include "tests/ui/fake_services.h"
#include "ui/main_window.h"
#include "ui/pages/page.h"
#include "ui/pages/task_view.h"
#include "ui/plots/plot.h"
#include "ui/widgets/save_results.h"

using namespace awq;
using test::FakeEnd;
using ui::PageState;

namespace {

// A window over a fresh data folder.
struct Studio {
    explicit Studio(int blocks = test::fakeBlocks, FakeEnd end = FakeEnd::finish)
        : workspace(dir.filePath("data"), test::fakeServices(blocks, end)), theme(*qApp), window(workspace, theme) {
        window.show();
        QApplication::setActiveWindow(&window);
    }

    QString makeModel(const QString& name) const {
        const QString folder = dir.filePath(name);
        QDir().mkpath(folder);
        QFile config(folder + "/config.json");
        if (!config.open(QIODevice::WriteOnly))
            qFatal("cannot write %s", qPrintable(config.fileName()));
        return folder;
    }

    void openModel() {
        window.openPath(makeModel("tiny"));
        QTRY_COMPARE(workspace.session().planState(), app::Session::State::ready);
    }

    ui::Page& page(const QString& name) const { return *window.page(name); }
    QString current() const { return window.findChild<QStackedWidget*>()->currentWidget()->objectName(); }
    QAbstractButton* button(const QString& name) const { return window.findChild<QAbstractButton*>(name); }

    QTemporaryDir dir;
    app::Workspace workspace;
    ui::Theme theme;
    ui::MainWindow window;
};

void drop(QWidget& target, const QUrl& url) {
    QMimeData data;
    data.setUrls({url});
    QDragEnterEvent enter({10, 10}, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(&target, &enter);
    QDropEvent event(QPointF(10, 10), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(&target, &event);
}

bool isControl(const QWidget* widget) {
    return qobject_cast<const QAbstractButton*>(widget) || qobject_cast<const QLineEdit*>(widget) ||
           qobject_cast<const QAbstractSpinBox*>(widget) || qobject_cast<const QComboBox*>(widget) ||
           qobject_cast<const QAbstractItemView*>(widget) || qobject_cast<const QPlainTextEdit*>(widget) ||
           qobject_cast<const QProgressBar*>(widget) || qobject_cast<const ui::Plot*>(widget);
}

// Parts that Qt makes inside of others: they are spoken of through their owner.
bool isInner(const QWidget* widget) {
    return widget->objectName().startsWith("qt_") || qobject_cast<const QAbstractSpinBox*>(widget->parentWidget()) ||
           qobject_cast<const QComboBox*>(widget->parentWidget()) ||
           qobject_cast<const QLineEdit*>(widget->parentWidget()) ||
           qobject_cast<const QAbstractItemView*>(widget->parentWidget()) || widget->inherits("QHeaderView") ||
           widget->inherits("QTableCornerButton") || widget->inherits("QComboBoxListView") ||
           widget->inherits("QDockWidgetTitleButton") || widget->parentWidget()->inherits("QTabBar");
}

QString spokenName(const QWidget* widget) {
    if (!widget->accessibleName().isEmpty())
        return widget->accessibleName();
    const auto* button = qobject_cast<const QAbstractButton*>(widget);
    return button ? button->text() : QString();
}

} // namespace

class MainWindowTest : public QObject {
    Q_OBJECT

private slots:
    void startsOnTheStartPageWithEverythingEmpty() {
        const Studio studio;
        QCOMPARE(studio.current(), QString("start"));
        QCOMPARE(studio.page("model").state(), PageState::todo);
        QCOMPARE(studio.page("quantize").state(), PageState::todo);
        QCOMPARE(studio.page("export").state(), PageState::todo);
    }

    void theWholeJourney() {
        Studio studio;
        studio.openModel();
        QCOMPARE(studio.current(), QString("model"));
        QCOMPARE(studio.page("model").state(), PageState::done);
        QTest::keyClick(&studio.window, Qt::Key_F5);
        QCOMPARE(studio.current(), QString("quantize"));
        QCOMPARE(studio.page("quantize").state(), PageState::running);
        QTRY_COMPARE(studio.page("quantize").state(), PageState::done);
        QVERIFY(studio.window.findChild<QWidget*>("finishCard")->isVisible());
        QTRY_COMPARE(studio.workspace.results().linears().rowCount(), 7 * test::fakeBlocks);
        QTRY_COMPARE(studio.page("export").state(), PageState::done);
        QVERIFY(!studio.workspace.queue().row(0).message.isEmpty());

        studio.window.goTo("compare");
        QTRY_VERIFY(studio.button("compare.run")->isEnabled());
        studio.button("compare.run")->click();
        QTRY_COMPARE(studio.workspace.evaluation().results().rowCount(), 3);
        QCOMPARE(studio.page("compare").state(), PageState::done);
    }

    void comparingFacesShowWhatWasMeasured() {
        Studio studio;
        studio.openModel();
        QTest::keyClick(&studio.window, Qt::Key_F5);
        QTRY_COMPARE(studio.page("quantize").state(), PageState::done);
        studio.window.goTo("compare");
        QTRY_VERIFY(studio.button("compare.run")->isEnabled());
        QVERIFY(!studio.button("perplexities.save")->isEnabled());
        studio.button("compare.run")->click();
        QTRY_COMPARE(studio.workspace.evaluation().results().rowCount(), 3);
        QTRY_COMPARE(studio.workspace.evaluation().results().row(2).bytes, qint64(2'300'000));
        auto* stale = studio.window.findChild<QWidget*>("compare.stale");
        QVERIFY(stale->isHidden());
        studio.window.findChild<QSpinBox*>("compare.window")->setValue(64);
        QVERIFY(!stale->isHidden());

        studio.window.findChild<QTabBar*>("compare.tabs")->setCurrentIndex(1);
        studio.button("compare.tokens.run")->click();
        QTRY_VERIFY(studio.workspace.evaluation().comparison());
        const auto* measures = studio.window.findChild<QTableView*>("tokenMeasures");
        QCOMPARE(measures->model()->index(2, 1).data().toString(), QString("0.2700"));
        QCOMPARE(measures->model()->index(3, 1).data().toString(), QString("95.70"));
        QTRY_VERIFY(!studio.workspace.runner().isRunning());
        // The same folder twice is no comparison, but for another form of it.
        auto* first = studio.window.findChild<QComboBox*>("tokens.a");
        auto* second = studio.window.findChild<QComboBox*>("tokens.b");
        second->setCurrentIndex(first->currentIndex());
        QVERIFY(!studio.button("compare.tokens.run")->isEnabled());
        studio.window.findChild<QComboBox*>("tokens.b.form")->setCurrentIndex(1);
        QVERIFY(studio.button("compare.tokens.run")->isEnabled());

        studio.button("compare.try")->click();
        QCOMPARE(studio.current(), QString("try"));
    }

    void tasksAreAskedFileByFile() {
        Studio studio;
        studio.openModel();
        QTest::keyClick(&studio.window, Qt::Key_F5);
        QTRY_COMPARE(studio.page("quantize").state(), PageState::done);
        studio.window.goTo("compare");
        studio.window.findChild<QTabBar*>("compare.tabs")->setCurrentIndex(3);
        QVERIFY(!studio.button("tasks.run")->isEnabled());
        studio.window.findChild<ui::TaskView*>()->addFiles({"/data/piqa.jsonl", "/data/arc.jsonl"});
        QTRY_VERIFY(studio.button("tasks.run")->isEnabled());
        studio.button("tasks.run")->click();
        QTRY_COMPARE(studio.workspace.tasks().results().rowCount(), 4);
        const auto* table = studio.window.findChild<QTableView*>("taskResults");
        QCOMPARE(table->model()->index(0, 3).data().toString(), QString("50.00"));
        QCOMPARE(table->model()->index(0, 5).data().toString(), QString::fromUtf8("–"));
        QCOMPARE(table->model()->index(2, 5).data().toString(), QString::fromUtf8("−16.67"));
        QCOMPARE(studio.page("compare").state(), PageState::done);
    }

    void numbersAreSavedAsCsvAndJson() {
        Studio studio;
        studio.openModel();
        studio.window.goTo("compare");
        QTRY_VERIFY(studio.button("compare.run")->isEnabled());
        studio.button("compare.run")->click();
        QTRY_COMPARE(studio.workspace.evaluation().results().rowCount(), 2);
        auto* save = studio.window.findChild<ui::SaveResults*>("perplexities.save");
        save->save(studio.dir.filePath("a.json"));
        const QJsonObject json =
            QJsonDocument::fromJson(QByteArray::fromStdString(
                                        test::readFile(studio.dir.filePath("a.json").toStdString())))
                .object();
        QVERIFY(json["protocol"].toString().startsWith("bundled evaluation text"));
        const QJsonObject row = json["rows"].toArray()[1].toObject();
        QCOMPARE(row["Perplexity"].toDouble(), 13.02);
        QCOMPARE(row["Perplexity ±"].toDouble(), 0.11);
        save->save(studio.dir.filePath("a.csv"));
        const QString csv =
            QString::fromStdString(test::readFile(studio.dir.filePath("a.csv").toStdString()));
        QVERIFY2(csv.startsWith("Model,Perplexity,Perplexity ±,Change,"), qPrintable(csv));
        QVERIFY2(csv.contains("RTN w4g128,13.02,0.11,"), qPrintable(csv));
        QSignalSpy failed(save, &ui::SaveResults::failed);
        save->save("/nowhere/at/all.csv");
        QCOMPARE(failed.count(), 1);
        QVERIFY(studio.page("compare").notice().text().contains("/nowhere/at/all.csv"));
    }

    void benchmarkSetsQuantizedAgainstFloatAndKeepsIt() {
        Studio studio;
        QCOMPARE(studio.page("benchmark").state(), PageState::todo);
        studio.openModel();
        QTest::keyClick(&studio.window, Qt::Key_F5);
        QTRY_COMPARE(studio.page("quantize").state(), PageState::done);
        studio.window.goTo("benchmark");
        QTRY_VERIFY(studio.button("benchmark.run")->isEnabled());
        studio.button("benchmark.run")->click();
        QTRY_COMPARE(studio.page("benchmark").state(), PageState::done);
        const auto& rows = studio.workspace.benchmark().speeds().rows();
        QCOMPARE(rows.size(), std::size_t(8)); // two models, two batches, two phases
        QCOMPARE(rows[0].form, QString("awq-gemm w4g128"));
        QCOMPARE(rows[0].againstFloat, 2.0);
        QCOMPARE(rows[4].againstFloat, 1.0);
        const app::BenchmarkStore again(studio.dir.filePath("data/benchmarks.json"));
        QCOMPARE(app::speedRows(again.records()).size(), rows.size());
        studio.button("benchmark.clear")->click();
        QCOMPARE(app::BenchmarkStore(studio.dir.filePath("data/benchmarks.json")).records().size(), std::size_t(0));
    }

    void tryShowsBothAnswersAndWhereTheyPart() {
        Studio studio;
        QCOMPARE(studio.page("try").state(), PageState::todo);
        studio.openModel();
        QTest::keyClick(&studio.window, Qt::Key_F5);
        QTRY_COMPARE(studio.page("quantize").state(), PageState::done);
        studio.window.goTo("try");
        QTRY_VERIFY(studio.button("try.run")->isEnabled());
        studio.button("try.run")->click();
        QTRY_COMPARE(studio.page("try").state(), PageState::done);
        const auto* first = studio.window.findChild<QPlainTextEdit*>("try.first.text");
        auto* second = studio.window.findChild<QPlainTextEdit*>("try.second.text");
        QCOMPARE(first->toPlainText(), QString(" counted the ships."));
        QCOMPARE(second->toPlainText(), QString(" counted the gulls."));
        QCOMPARE(second->extraSelections().size(), 1);
        QCOMPARE(second->extraSelections().front().cursor.selectedText(), QString("gulls."));
        studio.window.findChild<QPlainTextEdit*>("try.prompt")->clear();
        QVERIFY(!studio.button("try.run")->isEnabled());
    }

    void cancellingKeepsTheRunAndOffersToResume() {
        Studio studio(2, FakeEnd::hang);
        studio.openModel();
        QTest::keyClick(&studio.window, Qt::Key_F5);
        QTRY_COMPARE(studio.workspace.quantizing().progress().blocksDone(), 2);
        QTRY_VERIFY(studio.workspace.quantizing().progress().ratio);
        QTest::keyClick(&studio.window, Qt::Key_Period, Qt::ControlModifier);
        QCOMPARE(studio.workspace.quantizing().progress().state, app::RunState::cancelling);
        QTRY_COMPARE(studio.page("quantize").state(), PageState::attention);
        QVERIFY(studio.page("quantize").notice().text().startsWith("Stopped after block 2 of 6"));
    }

    void aFailureSaysWhatWhereAndWhatNextAndStays() {
        Studio studio(3, FakeEnd::fail);
        studio.openModel();
        QTest::keyClick(&studio.window, Qt::Key_F5);
        QTRY_COMPARE(studio.page("quantize").state(), PageState::attention);
        const QString text = studio.page("quantize").notice().text();
        for (const char* part : {"The disk is full", "/out/model-00001.safetensors", "free some space"})
            QVERIFY2(text.contains(part), part);
        studio.window.goTo("model");
        studio.window.goTo("quantize");
        QVERIFY(studio.page("quantize").notice().isVisible());
    }

    void aModelThatCannotBeOpenedSaysWhy() {
        Studio studio;
        studio.window.openPath(studio.makeModel("broken"));
        QTRY_COMPARE(studio.page("model").state(), PageState::attention);
        QVERIFY(studio.page("model").notice().text().contains("1,024 of 4,096 bytes"));
        studio.openModel();
        QVERIFY(!studio.page("model").notice().isVisible()); // nothing of it stays
    }

    void dropping_data() {
        QTest::addColumn<QString>("folder");
        QTest::addColumn<QString>("file");
        QTest::newRow("folder") << "plain"
                                << "";
        QTest::newRow("spaces and percent") << "my model %20 x"
                                            << "";
        QTest::newRow("Unicode") << QString::fromUtf8("модель ü 模型") << "";
        QTest::newRow("file inside") << "inner"
                                     << "/config.json";
    }

    void dropping() {
        QFETCH(QString, folder);
        QFETCH(QString, file);
        Studio studio;
        const QString path = studio.makeModel(folder);
        drop(studio.window, QUrl::fromLocalFile(path + file));
        QTRY_COMPARE(studio.workspace.session().modelState(), app::Session::State::ready);
        QCOMPARE(studio.workspace.session().modelFolder(), path);
    }

    void droppingSomethingElseIsRefusedWithItsReason() {
        Studio studio;
        QDir().mkpath(studio.dir.filePath("photos"));
        drop(studio.window, QUrl::fromLocalFile(studio.dir.filePath("photos")));
        QVERIFY(studio.page("start").notice().text().contains("photos holds neither a model nor a run"));
        QCOMPARE(studio.workspace.session().modelState(), app::Session::State::none);
    }

    void anUnfinishedRunWaitsOnTheStartPage() {
        Studio studio(2, FakeEnd::hang);
        auto* card = studio.window.findChild<QWidget*>("unfinished");
        QVERIFY(!card->isVisible());
        studio.openModel();
        QTest::keyClick(&studio.window, Qt::Key_F5);
        QTRY_COMPARE(studio.workspace.quantizing().progress().blocksDone(), 2);
        studio.workspace.runner().cancel();
        QTRY_VERIFY(!studio.workspace.runner().isRunning());
        studio.window.goTo("start");
        QTRY_VERIFY(card->isVisible());
        studio.button("unfinished.inspect")->click();
        QCOMPARE(studio.current(), QString("inspect"));

        studio.window.goTo("start");
        const QString folder = studio.workspace.unfinishedRuns().runs().front().folder;
        const auto answer = [](QMessageBox::StandardButton button) {
            QTimer::singleShot(0, qApp, [button] {
                qobject_cast<QMessageBox*>(QApplication::activeModalWidget())->button(button)->click();
            });
        };
        answer(QMessageBox::Cancel);
        studio.button("unfinished.discard")->click();
        QVERIFY(QDir(folder).exists());
        answer(QMessageBox::Discard);
        studio.button("unfinished.discard")->click();
        QVERIFY(!QDir(folder).exists());
        QTRY_VERIFY(!card->isVisible());
    }

    void modelsOfTheHubsCacheOpenWithOneClick() {
        QTemporaryDir dir;
        const QString snapshot = dir.filePath("hub/models--acme--tiny/snapshots/1bbb");
        test::writeFile((snapshot + "/config.json").toStdString(), "{}");
        test::writeFile(dir.filePath("hub/models--acme--tiny/refs/main").toStdString(), "1bbb");
        app::Services services = test::fakeServices();
        services.hubCache = dir.filePath("hub");
        app::Workspace workspace(dir.filePath("data"), services);
        ui::Theme theme(*qApp);
        ui::MainWindow window(workspace, theme);
        window.show();
        auto* list = window.findChild<QListView*>("hubModels");
        QTRY_VERIFY(list->isVisible());
        QTest::mouseClick(list->viewport(), Qt::LeftButton, {}, list->visualRect(list->model()->index(0, 0)).center());
        QCOMPARE(workspace.session().modelFolder(), snapshot);
        QTRY_COMPARE(workspace.session().modelState(), app::Session::State::ready);
    }

    void theRecipeMovesPlanAndCommand() {
        Studio studio;
        studio.openModel();
        studio.window.goTo("quantize");
        const auto before = studio.workspace.session().plan().bytesAfter;
        auto* group = studio.window.findChild<QComboBox*>("option.group-size");
        group->setCurrentIndex(group->findData("32"));
        QTRY_VERIFY(studio.workspace.session().plan().bytesAfter > before);
        QVERIFY(studio.window.findChild<QLineEdit*>("commandLine")->text().contains("--group-size 32"));
        studio.button("reset.group-size")->click();
        QCOMPARE(studio.workspace.session().recipe().groupSize, std::int64_t(128));
    }

    void recipeEditsAreUndoneByKey() {
        Studio studio;
        studio.openModel();
        studio.window.goTo("quantize");
        auto* group = studio.window.findChild<QComboBox*>("option.group-size");
        group->setCurrentIndex(group->findData("32"));
        QVERIFY(studio.window.findChild<QAction*>("action.undo")->text().contains("group size"));
        QTest::keyClick(&studio.window, Qt::Key_Z, Qt::ControlModifier);
        QCOMPARE(group->currentData().toString(), QString("128"));
        QVERIFY(!studio.window.findChild<QAction*>("action.undo")->isEnabled());
        QTest::keyClick(&studio.window, Qt::Key_Z, Qt::ControlModifier | Qt::ShiftModifier);
        QCOMPARE(group->currentData().toString(), QString("32"));
    }

    void ownPresetsAreSavedChosenRenamedAndDeleted() {
        Studio studio;
        studio.openModel();
        studio.window.goTo("quantize");
        auto* mine = studio.window.findChild<QComboBox*>("presets.mine");
        auto* group = studio.window.findChild<QComboBox*>("option.group-size");
        const auto type = [](const QString& name) {
            QTimer::singleShot(0, qApp, [name] {
                auto* dialog = qobject_cast<QInputDialog*>(QApplication::activeModalWidget());
                dialog->setTextValue(name);
                dialog->accept();
            });
        };
        group->setCurrentIndex(group->findData("32"));
        type("Small groups");
        studio.button("presets.save")->click();
        QCOMPARE(mine->currentText(), QString("Small groups"));
        group->setCurrentIndex(group->findData("64"));
        QCOMPARE(mine->currentIndex(), 0); // no longer that preset
        mine->setCurrentIndex(1);
        emit mine->activated(1);
        QCOMPARE(studio.workspace.session().recipe().groupSize, std::int64_t(32));
        type("Smallest");
        studio.window.findChild<QAction*>("action.presets.rename")->trigger();
        QCOMPARE(mine->currentText(), QString("Smallest"));
        studio.window.findChild<QAction*>("action.presets.delete")->trigger();
        QCOMPARE(mine->count(), 1);
        QVERIFY(!studio.window.findChild<QAction*>("action.presets.delete")->isEnabled());
    }

    void singleLinearsAreTreatedOtherwise() {
        Studio studio;
        studio.openModel();
        studio.window.goTo("quantize");
        auto* pattern = studio.window.findChild<QLineEdit*>("override.pattern");
        auto* treatment = studio.window.findChild<QComboBox*>("override.treatment");
        QVERIFY(!studio.button("override.add")->isEnabled());
        QTest::keyClicks(pattern, "down_proj");
        QCOMPARE(studio.window.findChild<QLabel*>("override.matches")->text(), QString("6 of 42 linears"));
        treatment->setCurrentIndex(treatment->findData(0));
        QTest::keyClick(pattern, Qt::Key_Return);
        QVERIFY(studio.window.findChild<QLineEdit*>("commandLine")->text().contains("--exclude down_proj"));
        QTRY_COMPARE(studio.workspace.session().plan().linears[6].fate, std::string("excluded"));
        QTest::keyClicks(pattern, "(");
        QVERIFY(!studio.button("override.add")->isEnabled());
        auto* table = studio.window.findChild<QTableView*>("overrides");
        table->selectRow(0);
        studio.button("override.remove")->click();
        QVERIFY(studio.workspace.session().recipe().exclude.empty());
    }

    void aSecondRunForTheSameOutputAsksFirst() {
        Studio studio;
        studio.openModel();
        QTest::keyClick(&studio.window, Qt::Key_F5);
        QTRY_COMPARE(studio.page("quantize").state(), PageState::done);
        QFile marker(studio.workspace.session().output() + "/config.json");
        QVERIFY(marker.open(QIODevice::WriteOnly));
        QTest::keyClick(&studio.window, Qt::Key_F5);
        QVERIFY(studio.page("quantize").notice().text().contains("not empty"));
        QCOMPARE(studio.workspace.queue().rowCount(), 1);
    }

    void pagesByKeyboard() {
        Studio studio;
        const QStringList names{"start", "model", "calibration", "quantize"};
        for (int i = 1; i < names.size(); ++i) {
            QTest::keyClick(&studio.window, Qt::Key(Qt::Key_0 + i), Qt::ControlModifier);
            QCOMPARE(studio.current(), names[i]);
        }
        QTest::keyClick(&studio.window, Qt::Key_Home, Qt::AltModifier);
        QCOMPARE(studio.current(), names[0]);
    }

    void noShortcutIsTakenTwice() {
        const Studio studio;
        QMap<QString, QString> taken;
        for (const QAction* action : studio.window.findChildren<QAction*>())
            for (const QKeySequence& shortcut : action->shortcuts()) {
                const QString text = shortcut.toString();
                QVERIFY2(!taken.contains(text), qPrintable(text + ": " + taken[text] + ", " + action->text()));
                taken[text] = action->text();
            }
        QVERIFY(taken.size() >= 12);
    }

    void everyControlHasAnAccessibleName() {
        Studio studio;
        studio.openModel();
        QStringList nameless;
        int controls = 0;
        for (const QWidget* widget : studio.window.findChildren<QWidget*>()) {
            if (!isControl(widget) || isInner(widget))
                continue;
            ++controls;
            if (spokenName(widget).isEmpty())
                nameless << QString("%1 '%2' in %3")
                                .arg(widget->metaObject()->className(), widget->objectName(),
                                     widget->parentWidget()->objectName());
        }
        QVERIFY2(nameless.isEmpty(), qPrintable(nameless.join('\n')));
        QVERIFY(controls > 60);
    }

    void lookIsRememberedBetweenSessions() {
        QTemporaryDir dir;
        {
            app::Workspace workspace(dir.path(), test::fakeServices());
            ui::Theme theme(*qApp);
            ui::MainWindow window(workspace, theme);
            window.show();
            window.findChild<QAction*>("action.theme.dark")->trigger();
            window.findChild<QAction*>("action.larger")->trigger();
            window.findChild<QAction*>("action.logDock")->trigger();
            QVERIFY(window.close());
        }
        app::Workspace workspace(dir.path(), test::fakeServices());
        ui::Theme theme(*qApp);
        ui::MainWindow window(workspace, theme);
        window.show();
        QCOMPARE(theme.mode(), ui::ThemeMode::dark);
        QCOMPARE(theme.fontScalePercent(), 110);
        QVERIFY(window.findChild<QWidget*>("logDock")->isVisible());
        theme.setMode(ui::ThemeMode::light);
        theme.setFontScalePercent(100);
    }
};

QTEST_MAIN(MainWindowTest)
#include "main_window_test.moc"
