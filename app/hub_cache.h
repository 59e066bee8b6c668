// SPDX-License-Identifier: GPL-3.0-or-later
// Models that other programs have already downloaded into the Hugging Face cache folder of this computer.
#pragma once

#include <QString>
#include <filesystem>
#include <functional>
#include <stop_token>
#include <vector>

#include "app/model_info.h"

namespace awq::app {

struct HubModel {
    QString name;   // "org/model"
    QString folder; // its snapshot
    qint64 bytes = 0, parameters = 0;
};

using OpenModel = std::function<ModelInfo(const std::filesystem::path&)>; // reads headers; throws core::Error

// Where the hub's own tools keep it: HF_HUB_CACHE, HF_HOME/hub, XDG_CACHE_HOME/huggingface/hub or
// ~/.cache/huggingface/hub. The folder need not exist.
QString hubCacheFolder();

// Float models of a family we know, sorted by name. Layout of the cache: models--ORG--NAME/refs/main names the commit,
// snapshots/COMMIT/ holds the files. What is incomplete, quantized already or of another kind is left out.
std::vector<HubModel> findHubModels(const QString& cacheFolder, const OpenModel& open, std::stop_token stop = {});

} // namespace awq::app
