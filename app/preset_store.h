// SPDX-License-Identifier: GPL-3.0-or-later
// The user's own presets: whole recipes under names, in one versioned JSON file.
#pragma once

#include <QObject>
#include <vector>

#include "core/plan/recipe.h"

namespace awq::app {

struct OwnPreset {
    QString name;
    core::Recipe recipe;
};

class PresetStore : public QObject {
    Q_OBJECT

public:
    // A damaged file, or one of a newer version, is kept under another name and notice() says so.
    explicit PresetStore(const QString& file, QObject* parent = nullptr);

    QString notice() const { return m_notice; }
    const std::vector<OwnPreset>& presets() const { return m_presets; } // by name
    const OwnPreset* find(const QString& name) const;                   // null when there is none

    // Every change is saved at once; throws core::Error when that fails, and the change is undone.
    void save(const QString& name, const core::Recipe& recipe); // replaces one of that name
    void rename(const QString& from, const QString& to);        // nothing when `to` is taken or empty
    void remove(const QString& name);

signals:
    void changed();

private:
    void load();
    void keep(std::vector<OwnPreset> presets);

    QString m_file, m_notice;
    std::vector<OwnPreset> m_presets;
};

} // namespace awq::app
