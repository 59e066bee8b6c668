// SPDX-License-Identifier: GPL-3.0-or-later
// Which models are measured, and on which text.
#pragma once

#include <QWidget>
#include <vector>

#include "core/plan/recipe.h"
#include "core/run/evaluate_run.h"
#include "ui/widgets/model_picker.h"

class QCheckBox;
class QMenu;
class QVBoxLayout;

namespace awq::ui {

class TextWindowsForm;

class CompareForm : public QWidget {
    Q_OBJECT

public:
    explicit CompareForm(QWidget* parent = nullptr);

    // Offers the original, the original rounded to nearest as the recipe says, and the quantized folder (empty: none).
    void setRun(const QString& original, const core::Recipe& recipe, const QString& quantized);
    void setOffers(std::vector<ModelOffer> offers) { m_offers = std::move(offers); } // that Add lists
    void addFolder(const QString& folder);                                           // one more, ticked
    TextWindowsForm& text() { return *m_text; }

    core::EvaluateRequest request() const; // what is ticked, in the order shown

signals:
    void edited();

private:
    struct Candidate {
        QCheckBox* box;
        QString folder;
        core::RoundToNearest rounding;
    };

    void addCandidate(const QString& title, const QString& folder, const core::RoundToNearest& rounding);
    void fillMenu(QMenu* menu);

    std::vector<Candidate> m_candidates;
    std::vector<ModelOffer> m_offers;
    QString m_original, m_quantized;
    core::Recipe m_recipe;
    QVBoxLayout* m_list;
    TextWindowsForm* m_text;
};

} // namespace awq::ui
