// SPDX-License-Identifier: GPL-3.0-or-later
// Reading the layout of the Hugging Face cache.
#include "app/hub_cache.h"

#include <QDir>
#include <QFile>
#include <optional>

#include "app/paths.h"
#include "core/error.h"

namespace awq::app {

namespace {

const QString prefix = QStringLiteral("models--");
constexpr qint64 longestCommit = 64; // hexadecimal digits

// The snapshot refs/main names; empty when the download never got that far.
QString mainSnapshot(const QDir& repository) {
    QFile reference(repository.filePath(QStringLiteral("refs/main")));
    if (!reference.open(QIODevice::ReadOnly))
        return {};
    const QString commit = QString::fromLatin1(reference.read(longestCommit)).trimmed();
    const QString folder = repository.filePath(QStringLiteral("snapshots/") + commit);
    return !commit.isEmpty() && QFile::exists(folder + QStringLiteral("/config.json")) ? folder : QString();
}

std::optional<HubModel> quantizable(const QString& name, const QString& folder, const OpenModel& open) {
    try {
        const ModelInfo info = open(toPath(folder));
        if (info.quantizedAs.isEmpty() && !info.outline.linears.empty())
            return HubModel{name, folder, info.bytes, info.parameters};
    } catch (const core::Error&) { // another kind of model, or files are missing: nothing to offer
    }
    return std::nullopt;
}

} // namespace

QString hubCacheFolder() {
    for (const auto& [variable, below] :
         {std::pair{"HF_HUB_CACHE", ""}, {"HF_HOME", "hub"}, {"XDG_CACHE_HOME", "huggingface/hub"}})
        if (const QString folder = qEnvironmentVariable(variable); !folder.isEmpty())
            return QDir::cleanPath(QDir(folder).filePath(QString::fromLatin1(below)));
    return QDir::home().filePath(QStringLiteral(".cache/huggingface/hub"));
}

std::vector<HubModel> findHubModels(const QString& cacheFolder, const OpenModel& open, std::stop_token stop) {
    std::vector<HubModel> models;
    const QDir cache(cacheFolder);
    for (const QString& entry : cache.entryList({prefix + QLatin1Char('*')}, QDir::Dirs, QDir::Name)) {
        if (stop.stop_requested())
            break;
        const QString folder = mainSnapshot(QDir(cache.filePath(entry)));
        const QString name = entry.mid(prefix.size()).replace(QStringLiteral("--"), QStringLiteral("/"));
        if (folder.isEmpty())
            continue;
        if (std::optional<HubModel> model = quantizable(name, folder, open))
            models.push_back(std::move(*model));
    }
    return models;
}

} // namespace awq::app
