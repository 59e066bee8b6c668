// SPDX-License-Identifier: GPL-3.0-or-later
// The models of the Hugging Face cache as a list of folders, found in the background.
#pragma once

#include <QAbstractListModel>

#include "app/folder_kind.h"
#include "app/hub_cache.h"
#include "app/latest_task.h"

namespace awq::app {

class HubModelsModel : public QAbstractListModel {
    Q_OBJECT

public:
    // An empty folder: there is nothing to look for.
    HubModelsModel(QString cacheFolder, OpenModel open, QObject* parent = nullptr);

    void refresh(); // looks at the disk again; the old list stays meanwhile
    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;

private:
    void take(const core::Outcome<std::vector<HubModel>>& outcome);

    const QString m_cacheFolder;
    const OpenModel m_open;
    std::vector<HubModel> m_models;
    LatestTask m_task; // last: stopped first
};

} // namespace awq::app
