// SPDX-License-Identifier: GPL-3.0-or-later
// Candidates and text of an evaluation.
#include "ui/widgets/compare_form.h"

#include <QCheckBox>
#include <QDir>
#include <QFileDialog>
#include <QFormLayout>
#include <QLineEdit>
#include <QSpinBox>
#include <QVBoxLayout>
#include <algorithm>
#include <limits>

#include "app/paths.h"
#include "ui/theme/tokens.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/layouts.h"

namespace awq::ui {

namespace {

constexpr int defaultWindow = 2048, longestWindow = 1 << 20;

QSpinBox* tokenBox(const QString& name, int value) {
    auto* box = new QSpinBox;
    box->setRange(0, longestWindow);
    box->setValue(value);
    box->setGroupSeparatorShown(true);
    box->setSuffix(CompareForm::tr(" tokens"));
    box->setAccessibleName(name);
    return box;
}

} // namespace

CompareForm::CompareForm(QWidget* parent) : QWidget(parent), m_list(new QVBoxLayout) {
    m_list->setSpacing(spacing().small);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(spacing().page);
    auto* left = new QVBoxLayout;
    left->addLayout(m_list);
    QPushButton* add = pushButton(tr("Add a folder…"), QStringLiteral("add"), ButtonRole::quiet);
    add->setObjectName(QStringLiteral("compare.add"));
    connect(add, &QPushButton::clicked, this, [this] {
        const QString folder = QFileDialog::getExistingDirectory(this, tr("Model to compare"));
        if (!folder.isEmpty())
            addFolder(folder);
    });
    left->addWidget(add, 0, Qt::AlignLeft);
    left->addStretch();
    layout->addLayout(left, 1);
    layout->addWidget(makeTextPart(), 1);
}

QWidget* CompareForm::makeTextPart() {
    m_text = new QLineEdit(QStringLiteral("bundled"));
    m_text->setObjectName(QStringLiteral("compare.text"));
    m_text->setAccessibleName(tr("Text"));
    m_text->setToolTip(tr("\"bundled\", or a file: .txt, .jsonl, .jsonl.zst, .gz, .parquet"));
    QToolButton* browse = iconButton(QStringLiteral("open"), tr("Choose a text file"));
    browse->setObjectName(QStringLiteral("compare.text.browse"));
    connect(browse, &QToolButton::clicked, this, [this] {
        const QString file = QFileDialog::getOpenFileName(this, tr("Text to measure on"));
        if (!file.isEmpty())
            m_text->setText(file);
    });
    m_window = tokenBox(tr("Window"), defaultWindow);
    m_window->setMinimum(2);
    m_window->setObjectName(QStringLiteral("compare.window"));
    m_window->setToolTip(tr("Perplexities are comparable only with the same window."));
    m_maxTokens = tokenBox(tr("At most"), 0);
    m_maxTokens->setObjectName(QStringLiteral("compare.maxTokens"));
    m_maxTokens->setSpecialValueText(tr("the whole text"));
    m_maxTokens->setMaximum(std::numeric_limits<int>::max());
    auto* part = new QWidget;
    auto* form = new QFormLayout(part);
    form->setContentsMargins(0, 0, 0, 0);
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    form->addRow(tr("Text"), row({m_text, browse}));
    form->addRow(tr("Window"), m_window);
    form->addRow(tr("At most"), m_maxTokens);
    connect(m_text, &QLineEdit::textChanged, this, &CompareForm::edited);
    for (QSpinBox* box : {m_window, m_maxTokens})
        connect(box, &QSpinBox::valueChanged, this, &CompareForm::edited);
    return part;
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

void CompareForm::setLongestWindow(qint64 tokens) {
    m_window->setValue(int(tokens > 0 ? std::min<qint64>(defaultWindow, tokens) : defaultWindow));
}

void CompareForm::addFolder(const QString& folder) {
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

core::TextWindows CompareForm::text() const {
    core::TextWindows text;
    text.text = app::toPath(m_text->text().trimmed());
    text.window = m_window->value();
    text.maxTokens = m_maxTokens->value();
    return text;
}

core::EvaluateRequest CompareForm::request() const {
    core::EvaluateRequest request;
    request.text = text();
    request.compute = {m_recipe.device, m_recipe.dtype, m_recipe.threads};
    for (const Candidate& candidate : m_candidates) {
        if (!candidate.box->isChecked())
            continue;
        request.models.push_back(app::toPath(candidate.folder));
        request.rtn.push_back(candidate.rounding);
    }
    return request;
}

std::optional<core::CompareRequest> CompareForm::comparison() const {
    if (m_original.isEmpty() || m_quantized.isEmpty())
        return std::nullopt;
    return core::CompareRequest{
        app::toPath(m_original), app::toPath(m_quantized), text(), {m_recipe.device, m_recipe.dtype, m_recipe.threads}};
}

} // namespace awq::ui
