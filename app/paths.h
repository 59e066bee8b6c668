// SPDX-License-Identifier: GPL-3.0-or-later
// Paths between Qt and core.
#pragma once

#include <QFile>
#include <QString>
#include <filesystem>

namespace awq::app {

inline std::filesystem::path toPath(const QString& path) {
    return QFile::encodeName(path).toStdString();
}

inline QString toText(const std::filesystem::path& path) {
    return QFile::decodeName(QByteArray::fromStdString(path.string()));
}

} // namespace awq::app
