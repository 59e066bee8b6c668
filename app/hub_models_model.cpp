// SPDX-License-Identifier: GPL-3.0-or-later
// Listing the models of the cache.
#include "app/hub_models_model.h"

#include <QDir>

#include "app/number_text.h"

namespace awq::app {

HubModelsModel::HubModelsModel(QString cacheFolder, OpenModel open, QObject* parent)
    : QAbstractListModel(parent), m_cacheFolder(std::move(cacheFolder)), m_open(std::move(open)) {}

void HubModelsModel::refresh() {
    if (m_cacheFolder.isEmpty() || m_task.isBusy())
        return;
    m_task.request([folder = m_cacheFolder,
                    open = m_open](std::stop_token stop) { return findHubModels(folder, open, std::move(stop)); },
                   [this](const core::Outcome<std::vector<HubModel>>& outcome) { take(outcome); });
}

void HubModelsModel::take(const core::Outcome<std::vector<HubModel>>& outcome) {
    if (!outcome.ok())
        return;
    beginResetModel();
    m_models = *outcome.result;
    endResetModel();
}

int HubModelsModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : int(m_models.size());
}

QVariant HubModelsModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const HubModel& model = m_models[std::size_t(index.row())];
    switch (role) {
    case Qt::DisplayRole:
        return model.name;
    case Qt::ToolTipRole:
    case PathRole:
        return QDir::toNativeSeparators(model.folder);
    case KindRole:
        return QVariant::fromValue(FolderKind::model);
    case DetailRole:
        return tr("%1 · %2 parameters").arg(bytesText(model.bytes), parametersText(model.parameters));
    default:
        return {};
    }
}

} // namespace awq::app
