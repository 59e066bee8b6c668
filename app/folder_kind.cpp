// SPDX-License-Identifier: GPL-3.0-or-later
// Looking into folders.
#include "app/folder_kind.h"

#include <QDir>
#include <QFileInfo>

namespace awq::app {

FolderKind folderKind(const QString& path) {
    const QDir folder(path);
    if (path.isEmpty() || !folder.exists())
        return FolderKind::missing;
    if (folder.exists(QStringLiteral("run.json")))
        return FolderKind::run;
    if (folder.exists(QStringLiteral("config.json")))
        return FolderKind::model;
    return FolderKind::other;
}

QString folderOf(const QString& path) {
    const QFileInfo info(path);
    return info.isDir() ? QDir(path).absolutePath() : info.absolutePath();
}

} // namespace awq::app
