// SPDX-License-Identifier: GPL-3.0-or-later
// Reaching everything without a mouse, and reading it at every text size.
#include <QtTest>

#include <QAbstractButton>
#include <QAbstractSpinBox>
#include <QApplication>
#include <QComboBox>
#include <QDir>
#include <QLabel>
#include <QLineEdit>
#include <QTabBar>
#include <QTemporaryDir>
#include <set>

#include "tests/support/files.h"
#include "tests/ui/fake_services.h"
#include "ui/main_window.h"
#include "ui/pages/page.h"

using namespace awq;
using ui::PageState;

namespace {

const QStringList pageNames{"start",   "model", "calibration", "quantize", "inspect",
                            "compare", "try",   "benchmark",   "export"};

// A window after a finished run, so that every page has its content.
struct Studio {
    Studio() : workspace(dir.filePath("data"), test::fakeServices()), theme(*qApp), window(workspace, theme) {
        theme.setFontScalePercent(100);
        window.show();
        QApplication::setActiveWindow(&window);
    }

    void run() {
        test::writeFile(dir.filePath("tiny/config.json").toStdString(), "{}");
        window.openPath(dir.filePath("tiny"));
        QTRY_COMPARE(workspace.session().planState(), app::Session::State::ready);
        QTest::keyClick(&window, Qt::Key_F5);
        QTRY_COMPARE(window.page("quantize")->state(), PageState::done);
        QTRY_VERIFY(workspace.results().linears().rowCount() > 0);
        window.goTo("inspect");
        window.findChild<QAbstractButton*>("inspect.override")->click();
    }

    QTemporaryDir dir;
    app::Workspace workspace;
    ui::Theme theme;
    ui::MainWindow window;
};

QString described(const QWidget* widget) {
    const auto* button = qobject_cast<const QAbstractButton*>(widget);
    const auto* label = qobject_cast<const QLabel*>(widget);
    return QString("%1 '%2' \"%3\"")
        .arg(widget->metaObject()->className(), widget->objectName(),
             button  ? button->text()
             : label ? label->text()
                     : widget->accessibleName());
}

// What Tab should stop at: of several that hand their focus on, the one that takes it.
bool takesTab(const QWidget* widget) {
    return widget->isVisible() && widget->isEnabled() && (widget->focusPolicy() & Qt::TabFocus) &&
           !widget->focusProxy();
}

// Text that cannot be seen whole, though nothing says that it is shortened.
bool isCut(const QWidget* widget) {
    if (const auto* button = qobject_cast<const QAbstractButton*>(widget))
        return !button->text().isEmpty() && button->fontMetrics().horizontalAdvance(button->text()) > button->width();
    const auto* label = qobject_cast<const QLabel*>(widget);
    if (!label || label->text().isEmpty())
        return false;
    if (label->wordWrap())
        return label->heightForWidth(label->width()) > label->height() + 1;
    const bool mayShrink = label->sizePolicy().horizontalPolicy() == QSizePolicy::Ignored; // has its text as tool tip
    return !mayShrink && label->sizeHint().width() > label->width() + 1;
}

QStringList cutWidgets(const QWidget& window, const QString& page) {
    QStringList cut;
    for (const QWidget* widget : window.findChildren<QWidget*>())
        if (widget->isVisible() && isCut(widget))
            cut << page + ": " + described(widget);
    return cut;
}

} // namespace

class AccessibilityTest : public QObject {
    Q_OBJECT

private slots:
    void tabReachesEverythingOnThePage_data() {
        QTest::addColumn<QString>("page");
        for (const QString& name : pageNames)
            QTest::newRow(qPrintable(name)) << name;
    }
    void tabReachesEverythingOnThePage() {
        QFETCH(QString, page);
        Studio studio;
        studio.run();
        studio.window.goTo(page);
        QTest::qWait(50);
        QWidget* shown = studio.window.page(page);
        std::set<const QWidget*> reached;
        constexpr int manyTabs = 300;
        for (int i = 0; i < manyTabs; ++i) {
            QWidget* focus = QApplication::focusWidget();
            QVERIFY(focus);
            if (i > 0 && focus == shown)
                break;
            reached.insert(focus);
            QTest::keyClick(focus, Qt::Key_Tab);
        }
        QStringList missed;
        int wanted = 0;
        for (const QWidget* widget : shown->findChildren<QWidget*>())
            if (takesTab(widget)) {
                ++wanted;
                if (!reached.contains(widget))
                    missed << described(widget);
            }
        QVERIFY2(missed.isEmpty(), qPrintable(missed.join('\n')));
        QVERIFY(wanted > 0);
    }

    void textIsWholeAtEverySize_data() {
        QTest::addColumn<int>("percent");
        for (const int percent : {100, 150, 200, 300})
            QTest::addRow("%d percent", percent) << percent;
    }
    void textIsWholeAtEverySize() {
        QFETCH(int, percent);
        Studio studio;
        studio.run();
        studio.theme.setFontScalePercent(percent);
        QCOMPARE(studio.theme.fontScalePercent(), percent);
        studio.window.resize(1280 * percent / 100, 800 * percent / 100);
        QStringList cut;
        for (const QString& name : pageNames) {
            studio.window.goTo(name);
            QStringList onPage; // once the layouts have settled
            (void)QTest::qWaitFor([&] { return (onPage = cutWidgets(studio.window, name)).isEmpty(); }, 5000);
            cut << onPage;
        }
        studio.theme.setFontScalePercent(100);
        QVERIFY2(cut.isEmpty(), qPrintable(cut.join('\n')));
    }

    void theWindowFitsASmallLaptop() {
        Studio studio;
        studio.run();
        for (const QString& name : pageNames) {
            studio.window.goTo(name);
            const QSize least = studio.window.minimumSizeHint();
            QVERIFY2(least.width() <= 1280 && least.height() <= 800,
                     qPrintable(QString("%1 needs %2 x %3").arg(name).arg(least.width()).arg(least.height())));
        }
    }

    // The page's next step, whatever it is.
    void controlReturnDoesWhatThePageOffers() {
        Studio studio;
        studio.run();
        studio.window.goTo("try");
        QTRY_VERIFY(studio.window.findChild<QAbstractButton*>("try.run")->isEnabled());
        QTest::keyClick(&studio.window, Qt::Key_Return, Qt::ControlModifier);
        QTRY_COMPARE(studio.window.page("try")->state(), PageState::done);
    }
};

QTEST_MAIN(AccessibilityTest)
#include "accessibility_test.moc"
