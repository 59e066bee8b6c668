// SPDX-License-Identifier: GPL-3.0-or-later
// Contents of the calibration page.
#include "ui/pages/calibration_page.h"

#include <QVBoxLayout>

#include "app/number_text.h"
#include "app/paths.h"
#include "ui/plots/length_plot.h"
#include "ui/theme/tokens.h"
#include "ui/widgets/card.h"
#include "ui/widgets/facts.h"
#include "ui/widgets/label.h"
#include "ui/widgets/layouts.h"
#include "ui/widgets/plot_card.h"
#include "ui/widgets/recipe_form.h"
#include "ui/widgets/table.h"

namespace awq::ui {

static constexpr int settleMs = 400; // typing does not start a reading per key

CalibrationPage::CalibrationPage(app::Workspace& workspace, Shell& shell, QWidget* parent)
    : Page(page::calibration, tr("Calibration"), QStringLiteral("calibration"), parent), m_workspace(workspace),
      m_shell(shell), m_form(new RecipeForm({"calibration", "samples", "sequence-length", "calibration-rule", "seed",
                                             "text-field", "chat-template"})) {
    auto* card = new Card(tr("Text"));
    card->body()->addWidget(m_form);
    card->body()->addWidget(paragraph(
        tr("Text like the text the model will be used on works best: chats in its own chat format for a model tuned "
           "for chat, code for a code model."),
        TextSize::small, Ink::dim));
    content()->addWidget(card);
    content()->addWidget(makePreviewCard());
    content()->addWidget(makeDocumentsCard(), 1);
    content()->addStretch();
    m_timer.setSingleShot(true);
    m_timer.setInterval(settleMs);
    connect(&m_timer, &QTimer::timeout, this, &CalibrationPage::read);
    connect(&workspace.session(), &app::Session::modelChanged, this, &CalibrationPage::readLater);
    connect(m_form, &RecipeForm::edited, &workspace.session(), &app::Session::setRecipe);
    connect(&workspace.session(), &app::Session::recipeChanged, this, &CalibrationPage::showRecipe);
    setState(PageState::ready);
    showRecipe();
}

void CalibrationPage::showRecipe() {
    const core::CalibrationOptions& options = m_workspace.session().recipe().calibration;
    m_form->setRecipe(m_workspace.session().recipe());
    setSubtitle(tr("%1 samples of %2 tokens: %3 tokens in all")
                    .arg(app::countText(options.samples), app::countText(options.sequenceLength),
                         app::countText(options.samples * options.sequenceLength)));
    readLater();
}

QWidget* CalibrationPage::makePreviewCard() {
    m_facts = new Facts(5);
    m_busy = new Label({}, TextSize::small, Ink::dim);
    m_notes = paragraph({}, TextSize::small, Ink::dim);
    m_previewTitle = new Label(tr("The first sample begins"), TextSize::small, Ink::dim);
    m_previewTitle->hide(); // until there is one
    m_preview = paragraph();
    m_preview->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    auto* card = new Card(tr("What the model will read"));
    card->addHeaderWidget(m_busy);
    card->body()->addWidget(m_facts);
    card->body()->addWidget(m_notes);
    card->body()->addWidget(m_previewTitle);
    card->body()->addWidget(m_preview, 1);
    return card;
}

QWidget* CalibrationPage::makeDocumentsCard() {
    m_lengths = new LengthPlot;
    auto* plot = new PlotCard(m_lengths);
    auto* grid = new PlotGrid({plot});
    grid->arrange({{plot}});
    auto* table = new Table(QStringLiteral("calibrationWindows"), tr("Documents of each sample"), &m_windows);
    table->setColumnWidths({9, 9, 9, -1});
    auto* windows = new Card(tr("Documents of each sample"));
    windows->body()->addWidget(table);
    QHBoxLayout* both = row({grid, windows});
    both->setSpacing(spacing().cardGap());
    both->setStretch(0, 1);
    both->setStretch(1, 1);
    m_documents = new QWidget;
    m_documents->setLayout(both);
    m_documents->hide();
    return m_documents;
}

void CalibrationPage::showEvent(QShowEvent* event) {
    Page::showEvent(event);
    readLater();
}

void CalibrationPage::readLater() {
    if (isVisible())
        m_timer.start();
}

void CalibrationPage::read() {
    const app::Session& session = m_workspace.session();
    const core::CalibrationOptions& options = session.recipe().calibration;
    if (session.modelState() != app::Session::State::ready) {
        m_busy->setText(tr("Choose a model: its tokenizer decides what a token is."));
        return;
    }
    if (options == m_shown && session.modelFolder() == m_shownModel)
        return;
    m_shown = options;
    m_shownModel = session.modelFolder();
    m_busy->setText(tr("Reading the text…"));
    m_reading.request(
        [read = m_workspace.services().calibration, options, model = app::toPath(session.modelFolder()),
         vocabulary = session.model().outline.vocabulary](std::stop_token) { return read(options, model, vocabulary); },
        [this](const core::Outcome<core::CalibrationSet>& outcome) { showSet(outcome); });
}

void CalibrationPage::showSet(const core::Outcome<core::CalibrationSet>& outcome) {
    m_busy->clear();
    notice().clear();
    m_previewTitle->setVisible(outcome.ok());
    m_documents->setVisible(outcome.ok() && !outcome.result->documentTokens.empty());
    if (!outcome.ok()) {
        m_facts->setFacts({});
        m_notes->clear();
        m_preview->clear();
        notice().showError(*outcome.error);
        setState(PageState::attention);
        return;
    }
    const core::CalibrationSet& set = *outcome.result;
    m_facts->setFacts({
        {tr("Samples"), tr("%1 of %2 tokens").arg(app::countText(set.windows), app::countText(set.length)), {}},
        {tr("Tokens"), app::countText(set.windows * set.length), tr("The model reads each once.")},
        {tr("Documents used"), tr("%1 of %2").arg(app::countText(set.documentsUsed), app::countText(set.documents)),
         tr("Reading stops when there are enough.")},
        {tr("Duplicates"), app::countText(set.duplicates),
         tr("Documents whose text had come before; used all the same.")},
        {tr("Hash"), QString::fromStdString(set.hash).left(12),
         tr("Of the tokens; equal hashes are equal calibration.")},
    });
    QStringList notes;
    for (const std::string& note : set.notes())
        notes << QString::fromStdString(note);
    m_notes->setText(notes.join(QLatin1Char('\n')));
    m_notes->setVisible(!notes.isEmpty());
    m_preview->setText(QString::fromStdString(set.preview));
    m_lengths->setLengths(set.documentTokens, set.length);
    m_windows.setRows(app::windowSources(set, m_shown.rule));
    setState(PageState::ready);
}

} // namespace awq::ui
