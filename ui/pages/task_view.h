// SPDX-License-Identifier: GPL-3.0-or-later
// Multiple-choice files put to one or two models: which files, how many questions, how many right.
#pragma once

#include <QWidget>
#include <array>

#include "app/workspace.h"

class QListWidget;
class QPushButton;
class QSpinBox;

namespace awq::ui {

class JobLine;
class ModelPicker;

class TaskView : public QWidget {
    Q_OBJECT

public:
    explicit TaskView(app::Workspace& workspace, QWidget* parent = nullptr);

    void addFiles(const QStringList& files);

signals:
    void startWanted();
    void failed(const awq::core::Error& error);

private:
    QWidget* makeFormCard();
    QWidget* makeFiles();
    QWidget* makeOptions();
    QWidget* makeResults();
    core::TaskRequest request() const;
    void browse();
    void offerModels();
    void ask();
    void showReadiness();
    void showResults();

    app::Workspace& m_workspace;
    QListWidget* m_files;
    QPushButton* m_remove;
    std::array<ModelPicker*, 2> m_models{};
    QSpinBox *m_shots, *m_limit;
    JobLine* m_job;
    QWidget* m_results;
};

} // namespace awq::ui
