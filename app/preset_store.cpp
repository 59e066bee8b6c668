// SPDX-License-Identifier: GPL-3.0-or-later
// The JSON file of the user's presets.
#include "app/preset_store.h"

#include <QFile>
#include <algorithm>
#include <nlohmann/json.hpp>

#include "app/paths.h"
#include "core/error.h"
#include "core/json_text.h"
#include "core/store/atomic_file.h"

namespace awq::app {

static constexpr int fileVersion = 1;

PresetStore::PresetStore(const QString& file, QObject* parent) : QObject(parent), m_file(file) {
    if (QFile::exists(file))
        load();
}

void PresetStore::load() {
    try {
        const nlohmann::json json = core::readJsonFile(toPath(m_file));
        if (json.at("version").get<int>() != fileVersion)
            core::badInput("written by another version", m_file.toStdString());
        for (const nlohmann::json& entry : json.at("presets"))
            m_presets.push_back({QString::fromStdString(entry.at("name").get<std::string>()),
                                 core::recipeFromJson(entry.at("recipe"), "preset")});
    } catch (const std::exception& error) { // core's and the JSON library's
        m_presets.clear();
        const QString kept = m_file + QStringLiteral(".damaged");
        QFile::remove(kept);
        QFile::rename(m_file, kept);
        m_notice =
            tr("Your presets could not be read (%1); they are kept as %2.").arg(QString::fromUtf8(error.what()), kept);
    }
}

const OwnPreset* PresetStore::find(const QString& name) const {
    const auto found =
        std::find_if(m_presets.begin(), m_presets.end(), [&](const OwnPreset& preset) { return preset.name == name; });
    return found == m_presets.end() ? nullptr : &*found;
}

void PresetStore::save(const QString& name, const core::Recipe& recipe) {
    std::vector<OwnPreset> presets = m_presets;
    std::erase_if(presets, [&](const OwnPreset& preset) { return preset.name == name; });
    presets.push_back({name, recipe});
    keep(std::move(presets));
}

void PresetStore::rename(const QString& from, const QString& to) {
    if (to.isEmpty() || find(to) || !find(from))
        return;
    std::vector<OwnPreset> presets = m_presets;
    for (OwnPreset& preset : presets)
        if (preset.name == from)
            preset.name = to;
    keep(std::move(presets));
}

void PresetStore::remove(const QString& name) {
    std::vector<OwnPreset> presets = m_presets;
    std::erase_if(presets, [&](const OwnPreset& preset) { return preset.name == name; });
    keep(std::move(presets));
}

void PresetStore::keep(std::vector<OwnPreset> presets) {
    std::sort(presets.begin(), presets.end(),
              [](const OwnPreset& a, const OwnPreset& b) { return a.name.localeAwareCompare(b.name) < 0; });
    nlohmann::ordered_json entries = nlohmann::ordered_json::array();
    for (const OwnPreset& preset : presets)
        entries.push_back({{"name", preset.name.toStdString()}, {"recipe", core::toJson(preset.recipe)}});
    const nlohmann::ordered_json json{{"version", fileVersion}, {"presets", std::move(entries)}};
    core::writeFileAtomically(toPath(m_file), json.dump(2));
    m_presets = std::move(presets);
    emit changed();
}

} // namespace awq::app
