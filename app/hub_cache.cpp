// SPDX-License-Identifier: GPL-3.0-or-later
// Reading the layout of the Hugging Face cache.
#include "app/hub_cache.h"

#include <QDir>
#include <QFile>

namespace awq::app {

namespace {

// The snapshot refs/main names, else the newest.
QString snapshotOf(const QDir& repository) {
    QFile reference(repository.filePath(QStringLiteral("refs/main")));
    if (reference.open(QIODevice::ReadOnly)) {
        const QString commit = QString::fromLatin1(reference.read(64)).trimmed();
        const QString folder = repository.filePath(QStringLiteral("snapshots/") + commit);
        if (!commit.isEmpty() && QDir(folder).exists())
            return folder;
    }
    const QDir snapshots(repository.filePath(QStringLiteral("snapshots")));
    const QStringList commits = snapshots.entryList(QDir::Dirs | QDir::NoDotAndDotDot, QDir::Time);
    return commits.isEmpty() ? QString() : snapshots.filePath(commits.front());
}

} // namespace

QString hubCacheFolder() {
    const QString cache = qEnvironmentVariable("HF_HUB_CACHE"), home = qEnvironmentVariable("HF_HOME");
    if (!cache.isEmpty())
        return cache;
    if (!home.isEmpty())
        return QDir(home).filePath(QStringLiteral("hub"));
    return QDir::home().filePath(QStringLiteral(".cache/huggingface/hub"));
}

std::vector<HubModel> hubModels(const QString& cacheFolder) {
    const QString prefix = QStringLiteral("models--");
    std::vector<HubModel> models;
    const QDir cache(cacheFolder);
    for (const QString& entry : cache.entryList({prefix + QLatin1Char('*')}, QDir::Dirs, QDir::Name)) {
        const QString folder = snapshotOf(QDir(cache.filePath(entry)));
        if (!folder.isEmpty() && QFile::exists(QDir(folder).filePath(QStringLiteral("config.json"))))
            models.push_back({entry.mid(prefix.size()).replace(QStringLiteral("--"), QStringLiteral("/")), folder});
    }
    return models;
}

} // namespace awq::app
