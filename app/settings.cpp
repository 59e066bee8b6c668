// SPDX-License-Identifier: GPL-3.0-or-later
// The INI file behind Settings.
#include "app/settings.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>

namespace awq::app {

namespace key {
const QString schema = QStringLiteral("schemaVersion");
const QString theme = QStringLiteral("look/theme");
const QString fontScale = QStringLiteral("look/fontScale");
const QString geometry = QStringLiteral("window/geometry");
const QString state = QStringLiteral("window/state");
const QString splitter = QStringLiteral("window/splitter/%1");
const QString lastFolder = QStringLiteral("files/lastFolder");
const QString recents = QStringLiteral("files/recents");
} // namespace key

Settings::Settings(const QString& file, QObject* parent)
    : QObject(parent), m_firstStart(!QFileInfo::exists(file)), m_notice(openNotice(file)),
      m_settings(file, QSettings::IniFormat) {
    m_settings.setValue(key::schema, schemaVersion);
}

QString Settings::setAside(const QString& file, const QString& suffix) {
    const QString kept = file + suffix;
    QFile::remove(kept);
    return QFile::rename(file, kept) ? kept : file;
}

QString Settings::openNotice(const QString& file) {
    if (m_firstStart)
        return {};
    int version = 0;
    {
        const QSettings probe(file, QSettings::IniFormat);
        version = probe.status() == QSettings::NoError ? probe.value(key::schema, 0).toInt() : 0;
    }
    if (version > schemaVersion)
        return tr("The settings were written by a newer version; they are kept as %1 and defaults are used.")
            .arg(setAside(file, QStringLiteral(".v%1").arg(version)));
    if (version < 1)
        return tr("The settings file was damaged; it is kept as %1 and defaults are used.")
            .arg(setAside(file, QStringLiteral(".damaged")));
    return {};
}

QString Settings::theme() const {
    return m_settings.value(key::theme, QStringLiteral("system")).toString();
}

void Settings::setTheme(const QString& name) {
    m_settings.setValue(key::theme, name);
}

int Settings::fontScalePercent() const {
    return m_settings.value(key::fontScale, 100).toInt();
}

void Settings::setFontScalePercent(int percent) {
    m_settings.setValue(key::fontScale, percent);
}

QByteArray Settings::windowGeometry() const {
    return m_settings.value(key::geometry).toByteArray();
}

void Settings::setWindowGeometry(const QByteArray& geometry) {
    m_settings.setValue(key::geometry, geometry);
}

QByteArray Settings::windowState() const {
    return m_settings.value(key::state).toByteArray();
}

void Settings::setWindowState(const QByteArray& state) {
    m_settings.setValue(key::state, state);
}

QByteArray Settings::splitterState(const QString& name) const {
    return m_settings.value(key::splitter.arg(name)).toByteArray();
}

void Settings::setSplitterState(const QString& name, const QByteArray& state) {
    m_settings.setValue(key::splitter.arg(name), state);
}

QString Settings::lastFolder() const {
    return m_settings.value(key::lastFolder, QDir::homePath()).toString();
}

void Settings::setLastFolder(const QString& folder) {
    m_settings.setValue(key::lastFolder, folder);
}

QStringList Settings::recents() const {
    return m_settings.value(key::recents).toStringList();
}

void Settings::addRecent(const QString& path) {
    const QString canonical = QFileInfo(path).canonicalFilePath();
    if (canonical.isEmpty())
        return;
    QStringList paths = recents();
    paths.removeAll(canonical);
    paths.prepend(canonical);
    setRecents(paths.mid(0, maxRecents));
}

void Settings::removeRecent(const QString& path) {
    QStringList paths = recents();
    if (paths.removeAll(path) > 0)
        setRecents(paths);
}

void Settings::setRecents(const QStringList& paths) {
    m_settings.setValue(key::recents, paths);
    emit recentsChanged();
}

} // namespace awq::app
