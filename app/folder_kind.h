// SPDX-License-Identifier: GPL-3.0-or-later
// What a folder holds, and how lists of folders say it.
#pragma once

#include <QMetaType>
#include <QString>

namespace awq::app {

enum class FolderKind { missing, model, run, other };

// By content: a run keeps run.json, a model config.json.
FolderKind folderKind(const QString& path);

// The folder meant by a path that was dropped, typed or chosen: the folder itself, or the one that holds the file.
QString folderOf(const QString& path);

// Roles of lists of folders; the display role is the name. Detail (optional) says more than the kind does.
enum FolderRole { PathRole = Qt::UserRole + 1, KindRole, DetailRole };

} // namespace awq::app

Q_DECLARE_METATYPE(awq::app::FolderKind)
