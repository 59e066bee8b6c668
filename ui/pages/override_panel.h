// SPDX-License-Identifier: GPL-3.0-or-later
// Another choice for the scale set of the shown linear: what to try, what it does to the block, and whether to keep it.
#pragma once

#include <optional>

#include "app/workspace.h"
#include "ui/pages/linear_view.h"
#include "ui/widgets/card.h"

class QCheckBox;
class QComboBox;
class QPushButton;

namespace awq::ui {

class JobLine;
class Label;

class OverridePanel : public Card {
    Q_OBJECT

public:
    explicit OverridePanel(app::Workspace& workspace, QWidget* parent = nullptr);

    void setSubject(const std::optional<LinearSubject>& subject);

signals:
    void failed(const awq::core::Error& error); // of a trial or of keeping one

private:
    void addChoices();
    void addOutcome();
    void fillRatios(const core::ScaleSetResult& set);
    void showPresent(); // what the recipe says of the set
    void showReadiness();
    void showOutcome();
    void tryOut();
    core::ScaleOverride wanted() const;
    QString setName() const;     // "3.mlp.up_proj"
    bool isAboutSubject() const; // the last trial

    app::Workspace& m_workspace;
    std::optional<LinearSubject> m_subject;
    Label *m_about, *m_outcome;
    QComboBox *m_ratio, *m_clip;
    QCheckBox* m_exclude;
    JobLine* m_job;
    QPushButton *m_keep, *m_discard;
};

} // namespace awq::ui
