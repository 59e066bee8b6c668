// SPDX-License-Identifier: GPL-3.0-or-later
// Settings: round trip, damaged and newer files kept, recents canonical and bounded.
#include <QtTest>

#include <QAbstractItemModelTester>
#include <QTemporaryDir>

#include "app/recents_model.h"
#include "app/settings.h"

using namespace awq;
using app::Settings;

class SettingsTest : public QObject {
    Q_OBJECT

    QTemporaryDir m_dir;
    QString path(const QString& name) const { return m_dir.filePath(name); }
    QString makeFolder(const QString& name, const QString& file = {}) const {
        QDir().mkpath(path(name));
        if (!file.isEmpty()) {
            QFile marker(path(name) + "/" + file);
            if (!marker.open(QIODevice::WriteOnly))
                qFatal("cannot write %s", qPrintable(marker.fileName()));
        }
        return QFileInfo(path(name)).canonicalFilePath();
    }
    void write(const QString& name, const QByteArray& text) const {
        QFile file(path(name));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(text);
    }

private slots:
    void valuesSurviveASession() {
        {
            Settings settings(path("a.ini"));
            QVERIFY(settings.isFirstStart());
            QCOMPARE(settings.theme(), QString("system"));
            settings.setTheme("dark");
            settings.setFontScalePercent(120);
            settings.setWindowGeometry("geometry");
            settings.setWindowState("state");
            settings.setSplitterState("quantize", "half");
            settings.setLastFolder("/models/ü b");
        }
        Settings settings(path("a.ini"));
        QVERIFY(!settings.isFirstStart());
        QVERIFY(settings.notice().isEmpty());
        QCOMPARE(settings.theme(), QString("dark"));
        QCOMPARE(settings.fontScalePercent(), 120);
        QCOMPARE(settings.windowGeometry(), QByteArray("geometry"));
        QCOMPARE(settings.windowState(), QByteArray("state"));
        QCOMPARE(settings.splitterState("quantize"), QByteArray("half"));
        QCOMPARE(settings.lastFolder(), QString("/models/ü b"));
    }

    void aDamagedFileIsKeptAndSaid() {
        write("damaged.ini", "[look\n\0\x01 theme");
        Settings settings(path("damaged.ini"));
        QVERIFY(settings.notice().contains("damaged.ini.damaged"));
        QCOMPARE(settings.theme(), QString("system"));
        QVERIFY(QFile::exists(path("damaged.ini.damaged")));
    }

    void aNewerFileIsKeptAndSaid() {
        write("newer.ini", "[General]\nschemaVersion=9\n[look]\ntheme=dark\n");
        {
            Settings settings(path("newer.ini"));
            QVERIFY(settings.notice().contains("newer version"));
            QCOMPARE(settings.theme(), QString("system"));
        }
        QFile kept(path("newer.ini.v9"));
        QVERIFY(kept.open(QIODevice::ReadOnly));
        QVERIFY(kept.readAll().contains("theme=dark"));
        QVERIFY(Settings(path("newer.ini")).notice().isEmpty()); // said once
    }

    void recentsAreCanonicalUniqueAndBounded() {
        Settings settings(path("recents.ini"));
        QSignalSpy changed(&settings, &Settings::recentsChanged);
        const QString spaced = makeFolder("mo del %20 ü");
        settings.addRecent(spaced);
        settings.addRecent(spaced + "/../mo del %20 ü/");
        QCOMPARE(settings.recents(), QStringList{spaced});
        settings.addRecent(path("nowhere"));
        QCOMPARE(settings.recents().size(), 1);
        for (int i = 0; i < 12; ++i)
            settings.addRecent(makeFolder(QString("m%1").arg(i)));
        QCOMPARE(settings.recents().size(), Settings::maxRecents);
        QVERIFY(settings.recents().front().endsWith("m11"));
        QCOMPARE(changed.count(), 14);
        settings.removeRecent(settings.recents().front());
        QVERIFY(settings.recents().front().endsWith("m10"));
    }

    void recentsModelSaysWhatAFolderIs() {
        Settings settings(path("kinds.ini"));
        app::RecentsModel model(settings);
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        const QString gone = makeFolder("gone");
        for (const QString& folder :
             {gone, makeFolder("other"), makeFolder("model", "config.json"), makeFolder("run", "run.json")})
            settings.addRecent(folder);
        QDir().rmdir(gone);
        model.refresh();
        const auto kind = [&](int row) {
            return model.index(row, 0).data(app::KindRole).value<app::FolderKind>();
        };
        QCOMPARE(kind(0), app::FolderKind::run);
        QCOMPARE(kind(1), app::FolderKind::model);
        QCOMPARE(kind(2), app::FolderKind::other);
        QCOMPARE(kind(3), app::FolderKind::missing);
        QCOMPARE(model.index(3, 0).data().toString(), QString("gone"));
    }

    void aFileStandsForItsFolder() {
        const QString folder = makeFolder("drop ü", "config.json");
        QCOMPARE(app::folderOf(folder + "/config.json"), folder);
        QCOMPARE(app::folderOf(folder), folder);
        QCOMPARE(app::folderOf(folder + "/"), folder);
    }
};

QTEST_GUILESS_MAIN(SettingsTest)
#include "settings_test.moc"
