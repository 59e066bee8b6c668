// SPDX-License-Identifier: GPL-3.0-or-later
// About the program: what it is, its version and those of what it is made of, its licence.
#pragma once

#include <QDialog>

#include "app/latest_task.h"
#include "core/component_versions.h"

namespace awq::app {
class Workspace;
}

namespace awq::ui {

class Facts;

class AboutDialog : public QDialog {
    Q_OBJECT

public:
    explicit AboutDialog(app::Workspace& workspace, QWidget* parent = nullptr);

    QString versionsText() const; // a line per component, as copied

private:
    void show(const std::vector<core::ComponentVersion>& versions);

    std::vector<core::ComponentVersion> m_versions;
    Facts* m_facts;
    app::LatestTask m_task; // last: stopped first
};

} // namespace awq::ui
