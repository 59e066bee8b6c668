// SPDX-License-Identifier: GPL-3.0-or-later
// Two models on the same text, prediction by prediction: divergence, agreement, and where in the window they part.
#pragma once

#include <QWidget>
#include <array>

#include "app/token_measures.h"
#include "app/workspace.h"

class QComboBox;

namespace awq::ui {

class JobLine;
class Label;
class ModelPicker;
class PositionPlot;
class TextWindowsForm;

class TokenView : public QWidget {
    Q_OBJECT

public:
    explicit TokenView(app::Workspace& workspace, QWidget* parent = nullptr);

signals:
    void startWanted();
    void failed(const awq::core::Error& error);

private:
    struct Side {
        ModelPicker* model;
        QComboBox* form; // as stored, or rounded on the fly; data: bits
    };

    QWidget* makeFormCard();
    QWidget* makeResults();
    QWidget* makeSide(std::size_t index, const QString& name, const QString& title);
    core::CompareRequest request() const;
    void offerModels();
    void compare();
    void showReadiness();
    void showResults();

    app::Workspace& m_workspace;
    app::TokenMeasuresModel m_measures;
    std::array<Side, 2> m_sides{};
    TextWindowsForm* m_text;
    QString m_windowFor; // model the window was last fitted to
    JobLine* m_job;
    QWidget* m_results;
    PositionPlot* m_plot;
    Label* m_protocol;
};

} // namespace awq::ui
