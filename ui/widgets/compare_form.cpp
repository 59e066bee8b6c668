// SPDX-License-Identifier: GPL-3.0-or-later
// Candidates of an evaluation.
#include "ui/widgets/compare_form.h"

#include <QCheckBox>
#include <QDir>
#include <QFileDialog>
#include <QMenu>
#include <QVBoxLayout>
#include <algorithm>

#include "app/paths.h"
#include "ui/theme/tokens.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/layouts.h"
#include "ui/widgets/text_windows_form.h"

namespace awq::ui {

CompareForm::CompareForm(QWidget* parent)
    : QWidget(parent), m_list(new QVBoxLayout), m_text(new TextWindowsForm(QStringLiteral("compare"))) {
    m_list->setSpacing(spacing().small);
    QPushButton* add = pushButton(tr("Add a model"), QStringLiteral("add"), ButtonRole::quiet);
    add->setObjectName(QStringLiteral("compare.add"));
    auto* menu = new QMenu(add);
    connect(menu, &QMenu::aboutToShow, this, [this, menu] { fillMenu(menu); });
    add->setMenu(menu);
    auto* left = new QVBoxLayout;
    left->addLayout(m_list);
    left->addWidget(add, 0, Qt::AlignLeft);
    left->addStretch();
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(spacing().page);
    layout->addLayout(left, 1);
    layout->addWidget(m_text, 1);
    connect(m_text, &TextWindowsForm::edited, this, &CompareForm::edited);
}

void CompareForm::fillMenu(QMenu* menu) {
    menu->clear();
    for (const ModelOffer& offer : m_offers)
        menu->addAction(offer.title, this, [this, folder = offer.folder] { addFolder(folder); });
    menu->addSeparator();
    menu->addAction(tr("Browse…"), this, [this] {
        const QString folder = QFileDialog::getExistingDirectory(this, tr("Model to compare"));
        if (!folder.isEmpty())
            addFolder(folder);
    });
}

void CompareForm::setRun(const QString& original, const core::Recipe& recipe, const QString& quantized) {
    if (original == m_original && quantized == m_quantized && recipe == m_recipe)
        return;
    m_original = original;
    m_quantized = quantized;
    m_recipe = recipe;
    clearLayout(m_list);
    m_candidates.clear();
    if (!original.isEmpty()) {
        addCandidate(tr("Original"), original, {});
        addCandidate(tr("Original, rounded to nearest (%1 bits)").arg(recipe.bits), original,
                     {recipe.bits, recipe.groupSize, recipe.zeroPoint});
    }
    if (!quantized.isEmpty())
        addCandidate(tr("Quantized"), quantized, {});
    emit edited();
}

void CompareForm::addFolder(const QString& folder) {
    const bool known =
        std::any_of(m_candidates.begin(), m_candidates.end(), [&](const Candidate& c) { return c.folder == folder; });
    if (known)
        return;
    addCandidate(QDir(folder).dirName(), folder, {});
    emit edited();
}

void CompareForm::addCandidate(const QString& title, const QString& folder, const core::RoundToNearest& rounding) {
    auto* box = new QCheckBox(title);
    box->setChecked(true);
    box->setObjectName(QStringLiteral("compare.candidate%1").arg(m_candidates.size()));
    box->setToolTip(folder);
    connect(box, &QCheckBox::toggled, this, &CompareForm::edited);
    m_list->addWidget(box);
    m_candidates.push_back({box, folder, rounding});
}

core::EvaluateRequest CompareForm::request() const {
    core::EvaluateRequest request;
    request.text = m_text->text();
    request.compute = {m_recipe.device, m_recipe.dtype, m_recipe.threads};
    for (const Candidate& candidate : m_candidates) {
        if (!candidate.box->isChecked())
            continue;
        request.models.push_back(app::toPath(candidate.folder));
        request.rtn.push_back(candidate.rounding);
    }
    return request;
}

} // namespace awq::ui
