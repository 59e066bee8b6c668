// SPDX-License-Identifier: GPL-3.0-or-later
// Help: a topic for every page, links that lead somewhere, F1, About with versions.
#include <QtTest>

#include <QListWidget>
#include <QPushButton>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTextBrowser>

#include "tests/ui/fake_services.h"
#include "ui/help/about_dialog.h"
#include "ui/help/help_topics.h"
#include "ui/help/help_window.h"
#include "ui/main_window.h"
#include "ui/pages/page.h"

using namespace awq;

class HelpTest : public QObject {
    Q_OBJECT

    void grab(QWidget& widget, const QString& name) const {
        const QDir folder(QString(AWQ_BUILD_DIR) + "/grabs/help");
        QVERIFY(folder.mkpath("."));
        QVERIFY(widget.grab().save(folder.filePath(name + ".png")));
    }

private slots:
    void everyTopicHasATitleAndText() {
        const auto topics = ui::helpTopics();
        QCOMPARE(topics.size(), std::size_t(12));
        for (const ui::HelpTopic& topic : topics) {
            QVERIFY2(!topic.title.isEmpty(), qPrintable(topic.name));
            QVERIFY2(ui::helpText(topic.name).size() > 200, qPrintable(topic.name));
        }
        QVERIFY(ui::helpText("no such topic").isEmpty());
    }

    void everyLinkLeadsToATopic() {
        static const QRegularExpression link("\\]\\(help:([^)]*)\\)");
        int links = 0;
        for (const ui::HelpTopic& topic : ui::helpTopics())
            for (const auto& match : link.globalMatch(ui::helpText(topic.name))) {
                ++links;
                QVERIFY2(!ui::helpText(match.captured(1)).isEmpty(), qPrintable(topic.name + ": " + match.captured(1)));
            }
        QVERIFY(links >= 8);
    }

    void f1OpensTheTopicOfThePage() {
        QTemporaryDir dir;
        app::Workspace workspace(dir.path(), test::fakeServices());
        ui::Theme theme(*qApp);
        ui::MainWindow window(workspace, theme);
        window.show();
        QApplication::setActiveWindow(&window);
        auto* help = window.findChild<ui::HelpWindow*>();
        QVERIFY(!help->isVisible());
        for (const char* page : {"start", "inspect", "compare", "export"}) {
            QVERIFY(window.page(page));
            window.goTo(page);
            QApplication::setActiveWindow(&window);
            QTest::keyClick(&window, Qt::Key_F1);
            QVERIFY(help->isVisible());
            QCOMPARE(help->topic(), QString(page));
        }
        auto* text = help->findChild<QTextBrowser*>();
        QVERIFY(text->toPlainText().startsWith("Export"));
        emit text->anchorClicked(QUrl("help:plots"));
        QCOMPARE(help->topic(), QString("plots"));
        for (const auto mode : {ui::ThemeMode::light, ui::ThemeMode::dark}) {
            theme.setMode(mode);
            for (const char* topic : {"awq", "quantize", "errors"}) {
                help->open(topic);
                grab(*help, QString("%1-%2").arg(topic, mode == ui::ThemeMode::dark ? "dark" : "light"));
            }
        }
        theme.setMode(ui::ThemeMode::light);
        QTest::keyClick(help, Qt::Key_Escape);
        QVERIFY(!help->isVisible());
    }

    void aboutNamesWhatItIsMadeOf() {
        QTemporaryDir dir;
        app::Workspace workspace(dir.path(), test::fakeServices());
        ui::Theme theme(*qApp);
        ui::AboutDialog about(workspace);
        about.QWidget::show();
        QVERIFY(about.versionsText().contains(QString("Qt ") + qVersion()));
        QTRY_VERIFY(about.versionsText().contains("LibTorch 2.11.0"));
        QVERIFY(about.versionsText().contains("CUDA 13.0, no device found"));
        QTest::qWait(10);
        grab(about, "about");
    }
};

QTEST_MAIN(HelpTest)
#include "help_test.moc"
