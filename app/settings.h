// SPDX-License-Identifier: GPL-3.0-or-later
// What the window remembers between sessions, in one INI file: look, geometry, recent folders. Never project data.
#pragma once

#include <QByteArray>
#include <QObject>
#include <QSettings>
#include <QStringList>

namespace awq::app {

class Settings : public QObject {
    Q_OBJECT

public:
    static constexpr int schemaVersion = 1;
    static constexpr int maxRecents = 10;

    // A damaged file, or one of a newer version, is kept under another name and notice() says so.
    explicit Settings(const QString& file, QObject* parent = nullptr);

    QString file() const { return m_settings.fileName(); }
    QString notice() const { return m_notice; } // one sentence, or empty

    QString theme() const; // "system", "light", "dark"
    void setTheme(const QString& name);
    int fontScalePercent() const;
    void setFontScalePercent(int percent);

    QByteArray windowGeometry() const;
    void setWindowGeometry(const QByteArray& geometry);
    QByteArray windowState() const; // docks and toolbars
    void setWindowState(const QByteArray& state);
    QByteArray splitterState(const QString& name) const;
    void setSplitterState(const QString& name, const QByteArray& state);

    QString lastFolder() const; // where file dialogs open
    void setLastFolder(const QString& folder);
    bool isFirstStart() const { return m_firstStart; }

    // Canonical paths, newest first. A path that went missing stays listed until it is removed.
    QStringList recents() const;
    void addRecent(const QString& path);
    void removeRecent(const QString& path);

signals:
    void recentsChanged();

private:
    QString setAside(const QString& file, const QString& suffix);
    QString openNotice(const QString& file);
    void setRecents(const QStringList& paths);

    const bool m_firstStart;
    const QString m_notice; // decided before the file is opened for good
    QSettings m_settings;
};

} // namespace awq::app
