// SPDX-License-Identifier: GPL-3.0-or-later
// Core's functions in the form the workspace takes them.
#include "app/core_services.h"

#include "app/hub_cache.h"
#include "app/paths.h"
#include "core/device.h"
#include "core/model/model_folder.h"
#include "core/resource_dir.h"
#include "core/run/mapping_verdict.h"
#include "core/run/plan_environment.h"

namespace awq::app {

namespace {

ModelInfo openModel(const std::filesystem::path& path) {
    const core::ModelFolder folder = core::ModelFolder::open(path);
    ModelInfo info;
    info.outline = core::outlineOf(folder);
    info.parameters = folder.parameters();
    info.bytes = folder.bytes();
    info.maximumPositions = folder.spec().maximumPositions;
    info.tied = folder.tied();
    info.tokenizer = QString::fromStdString(folder.tokenizerFile());
    if (folder.quantized())
        info.quantizedAs = QString::fromStdString(folder.quantized()->format());
    for (const std::string& warning : folder.warnings())
        info.warnings << QString::fromStdString(warning);
    return info;
}

core::MappingVerdict mappingOf(const std::filesystem::path& path, std::stop_token stop) {
    return core::judgeMapping(core::ModelFolder::open(path), core::freeBytes("cpu"), std::move(stop));
}

// What rounding would leave is planned, as the AWQ format stores it.
qint64 tensorBytes(const std::filesystem::path& path, const core::RoundToNearest& rounding) {
    const core::ModelFolder folder = core::ModelFolder::open(path);
    if (rounding.bits == 0)
        return folder.bytes();
    core::Recipe recipe;
    recipe.bits = rounding.bits;
    recipe.groupSize = rounding.groupSize;
    recipe.zeroPoint = rounding.zeroPoint;
    return core::makePlan(core::outlineOf(folder), recipe, {}).bytesAfter;
}

QString demoModel() {
    try {
        return toText(core::demoModel());
    } catch (const core::Error&) { // a program without its data still works
        return {};
    }
}

} // namespace

Services coreServices() {
    return {{openModel, core::planEnvironment, mappingOf},
            quantizeJob,
            {perplexityJob, compareJob, tensorBytes},
            benchmarkJob,
            generateJob,
            {overrideJob, core::keepOverride},
            taskJob,
            core::buildCalibration,
            core::componentVersions,
            demoModel(),
            hubCacheFolder()};
}

} // namespace awq::app
