// SPDX-License-Identifier: GPL-3.0-or-later
// Which models are measured on which text.
#pragma once

#include <QWidget>
#include <optional>
#include <vector>

#include "core/plan/recipe.h"
#include "core/run/evaluate_run.h"

class QCheckBox;
class QLineEdit;
class QSpinBox;
class QVBoxLayout;

namespace awq::ui {

class CompareForm : public QWidget {
    Q_OBJECT

public:
    explicit CompareForm(QWidget* parent = nullptr);

    // Offers the original, the original rounded to nearest as the recipe says, and the quantized folder (empty: none).
    void setRun(const QString& original, const core::Recipe& recipe, const QString& quantized);
    void setLongestWindow(qint64 tokens);  // a default beyond what the model was made for would measure something else
    void addFolder(const QString& folder); // one more, ticked

    core::EvaluateRequest request() const; // what is ticked, in the order shown
    // Original and quantized on the same text, when both are known.
    std::optional<core::CompareRequest> comparison() const;

signals:
    void edited();

private:
    struct Candidate {
        QCheckBox* box;
        QString folder;
        core::RoundToNearest rounding;
    };

    void addCandidate(const QString& title, const QString& folder, const core::RoundToNearest& rounding);
    QWidget* makeTextPart();
    core::TextWindows text() const;

    std::vector<Candidate> m_candidates;
    QString m_original, m_quantized;
    core::Recipe m_recipe;
    QVBoxLayout* m_list;
    QLineEdit* m_text;
    QSpinBox *m_window, *m_maxTokens;
};

} // namespace awq::ui
