// SPDX-License-Identifier: GPL-3.0-or-later
// Recent folders and what they are.
#include "app/recents_model.h"

#include <QDir>
#include <QFileInfo>

namespace awq::app {

RecentsModel::RecentsModel(Settings& settings, QObject* parent) : QAbstractListModel(parent), m_settings(settings) {
    connect(&settings, &Settings::recentsChanged, this, &RecentsModel::refresh);
    refresh();
}

void RecentsModel::refresh() {
    beginResetModel();
    m_entries.clear();
    for (const QString& path : m_settings.recents())
        m_entries.push_back({path, folderKind(path)});
    endResetModel();
}

int RecentsModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : int(m_entries.size());
}

QVariant RecentsModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const Entry& entry = m_entries[std::size_t(index.row())];
    switch (role) {
    case Qt::DisplayRole:
        return QFileInfo(entry.path).fileName();
    case Qt::ToolTipRole:
    case PathRole:
        return QDir::toNativeSeparators(entry.path);
    case KindRole:
        return QVariant::fromValue(entry.kind);
    default:
        return {};
    }
}

} // namespace awq::app
