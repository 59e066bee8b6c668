// SPDX-License-Identifier: GPL-3.0-or-later
// Models that other programs have already downloaded into the Hugging Face cache folder of this computer.
#pragma once

#include <QString>
#include <vector>

namespace awq::app {

struct HubModel {
    QString name;   // "org/model"
    QString folder; // of the snapshot that holds config.json
};

// From HF_HUB_CACHE, HF_HOME or the home folder, as the hub's own tools look for it; it need not exist.
QString hubCacheFolder();

// Layout: models--ORG--NAME/refs/main names the commit, snapshots/COMMIT/ holds the files. Sorted by name; models
// without config.json are left out.
std::vector<HubModel> hubModels(const QString& cacheFolder);

} // namespace awq::app
