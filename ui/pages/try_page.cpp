// SPDX-License-Identifier: GPL-3.0-or-later
// Contents of the try page.
#include "ui/pages/try_page.h"

#include <QDoubleSpinBox>
#include <QHBoxLayout>
#include <QPlainTextEdit>
#include <QScrollBar>
#include <QSpinBox>
#include <QTextBlock>
#include <QVBoxLayout>

#include "app/number_text.h"
#include "app/paths.h"
#include "ui/theme/colours.h"
#include "ui/theme/tokens.h"
#include "ui/widgets/card.h"
#include "ui/widgets/job_line.h"
#include "ui/widgets/label.h"
#include "ui/widgets/layouts.h"
#include "ui/widgets/model_picker.h"

namespace awq::ui {

using app::RunMonitor;
using app::Trial;

namespace {

constexpr int defaultLength = 64, longest = 4096, promptLines = 3;

QString factsText(const Trial::Answer& answer) {
    if (!answer.result)
        return {};
    const core::GenerateResult& result = *answer.result;
    return TryPage::tr("%1 tokens · %2 tokens/s · %3")
        .arg(app::countText(qint64(result.ids.size())), app::fixedText(result.decodeTokensPerSecond, 1),
             result.stopReason == "end" ? TryPage::tr("the model ended") : TryPage::tr("length reached"));
}

QPlainTextEdit* textField(const QString& name, const QString& title) {
    auto* field = new QPlainTextEdit;
    field->setObjectName(name);
    field->setAccessibleName(title);
    field->setTabChangesFocus(true);
    return field;
}

} // namespace

TryPage::TryPage(app::Workspace& workspace, Shell& shell, QWidget* parent)
    : Page(page::tryOut, tr("Try"), QStringLiteral("edit"), parent), m_workspace(workspace), m_shell(shell) {
    setSubtitle(tr("One prompt, answered by the original and by the quantized model"));
    content()->addWidget(makePromptCard());
    auto* sides = new QHBoxLayout;
    sides->setSpacing(spacing().cardGap());
    sides->addWidget(makeSide(0, tr("First model"), QStringLiteral("try.first")), 1);
    sides->addWidget(makeSide(1, tr("Second model"), QStringLiteral("try.second")), 1);
    content()->addLayout(sides, 1);
    m_agreement = paragraph({}, TextSize::small, Ink::dim);
    content()->addWidget(m_agreement);
    connect(&workspace.results(), &app::RunResults::stateChanged, this, &TryPage::offerModels);
    connect(&workspace.session(), &app::Session::modelChanged, this, &TryPage::offerModels);
    connect(&workspace.runner(), &app::JobRunner::started, this, &TryPage::showReadiness);
    connect(&workspace.runner(), &app::JobRunner::finished, this, &TryPage::offerModels);
    connect(&workspace.trial(), &Trial::textChanged, this, &TryPage::showAnswers);
    connect(&workspace.trial().monitor(), &RunMonitor::ended, this, &TryPage::showEnd);
    offerModels();
}

QWidget* TryPage::makePromptCard() {
    m_prompt = textField(QStringLiteral("try.prompt"), tr("Prompt"));
    m_prompt->setPlaceholderText(tr("Text for both models to continue"));
    m_prompt->setPlainText(tr("The old lighthouse keeper"));
    m_prompt->setFixedHeight(promptLines * m_prompt->fontMetrics().lineSpacing() + spacing().large);
    m_job = new JobLine(m_workspace.trial().monitor(), page::tryOut, tr("Continue the text"));
    auto* card = new Card(tr("Prompt"));
    card->body()->addWidget(m_prompt);
    QHBoxLayout* line = row({makeOptions(), m_job});
    line->setStretch(1, 1);
    card->body()->addLayout(line);
    connect(m_prompt, &QPlainTextEdit::textChanged, this, &TryPage::showReadiness);
    connect(m_job, &JobLine::startWanted, this, &TryPage::generate);
    return card;
}

QWidget* TryPage::makeOptions() {
    m_length = new QSpinBox;
    m_length->setObjectName(QStringLiteral("try.length"));
    m_length->setAccessibleName(tr("At most"));
    m_length->setRange(1, longest);
    m_length->setValue(defaultLength);
    m_length->setPrefix(tr("at most "));
    m_length->setSuffix(tr(" tokens"));
    m_temperature = new QDoubleSpinBox;
    m_temperature->setObjectName(QStringLiteral("try.temperature"));
    m_temperature->setAccessibleName(tr("Temperature"));
    m_temperature->setRange(0, 2);
    m_temperature->setSingleStep(0.1);
    m_temperature->setPrefix(tr("temperature "));
    m_temperature->setToolTip(tr("0 always takes the likeliest token: differences are then the model's alone."));
    m_seed = new QSpinBox;
    m_seed->setObjectName(QStringLiteral("try.seed"));
    m_seed->setAccessibleName(tr("Seed"));
    m_seed->setRange(0, 1 << 30);
    m_seed->setValue(42);
    m_seed->setPrefix(tr("seed "));
    m_seed->setToolTip(tr("Of the draws; both models use the same."));
    auto* options = new QWidget;
    QHBoxLayout* line = row({m_length, m_temperature, m_seed});
    options->setLayout(line);
    for (QSpinBox* box : {m_length, m_seed})
        connect(box, &QSpinBox::valueChanged, this, &TryPage::showReadiness);
    connect(m_temperature, &QDoubleSpinBox::valueChanged, this, &TryPage::showReadiness);
    return options;
}

QWidget* TryPage::makeSide(std::size_t index, const QString& title, const QString& name) {
    Side& side = m_sides.at(index);
    side.model = new ModelPicker(name, title, index > 0 ? tr("Nothing") : QString());
    side.text = textField(name + QStringLiteral(".text"), tr("Answer of the %1").arg(title.toLower()));
    side.text->setReadOnly(true);
    side.text->setFrameShape(QFrame::NoFrame);
    side.facts = new Label({}, TextSize::small, Ink::dim);
    auto* card = new Card;
    card->body()->addWidget(side.model);
    card->body()->addWidget(side.text, 1);
    card->body()->addWidget(side.facts);
    connect(side.model, &ModelPicker::edited, this, &TryPage::showReadiness);
    return card;
}

std::vector<core::GenerateRequest> TryPage::requests() const {
    std::vector<core::GenerateRequest> requests;
    const core::Recipe& recipe = m_workspace.session().recipe();
    for (const Side& side : m_sides) {
        if (side.model->folder().isEmpty())
            continue;
        core::GenerateRequest request;
        request.model = app::toPath(side.model->folder());
        request.prompt = m_prompt->toPlainText().toStdString();
        request.maxNewTokens = m_length->value();
        request.sampling.temperature = m_temperature->value();
        request.sampling.seed = std::uint64_t(m_seed->value());
        request.compute = {recipe.device, recipe.dtype, recipe.threads};
        requests.push_back(std::move(request));
    }
    return requests;
}

void TryPage::offerModels() {
    const std::vector<ModelOffer> offers = modelOffers(m_workspace);
    for (std::size_t side = 0; side < m_sides.size(); ++side)
        m_sides[side].model->setOffers(offers, side);
    showReadiness();
}

void TryPage::generate() {
    notice().clear();
    m_workspace.trial().start(requests());
}

void TryPage::showReadiness() {
    Trial& trial = m_workspace.trial();
    const bool active = trial.monitor().isActive(), busy = m_workspace.runner().isRunning();
    const bool any = !m_sides[0].model->folder().isEmpty(), prompt = !m_prompt->toPlainText().isEmpty();
    m_job->setStartable(any && prompt && !busy, busy     ? tr("Waits for the running job")
                                                : prompt ? tr("One model after the other, on the same seed")
                                                         : tr("Write a prompt first"));
    const bool answered = !trial.requests().empty();
    if (!any && !answered) {
        setState(PageState::todo);
        showEmpty(QStringLiteral("edit"), tr("Nothing to try yet"), tr("Open a model or a finished run first."),
                  {{tr("Browse…"), QStringLiteral("open"), [this] { m_shell.browse(); }}});
        return;
    }
    showContent();
    setState(active ? PageState::running : answered ? PageState::done : PageState::ready);
    markDifference();
}

void TryPage::showAnswers() {
    const Trial& trial = m_workspace.trial();
    for (std::size_t side = 0; side < m_sides.size(); ++side) {
        const Trial::Answer& answer = trial.answer(side);
        QPlainTextEdit* field = m_sides[side].text;
        if (field->toPlainText() != answer.text)
            field->setPlainText(answer.text);
        field->verticalScrollBar()->setValue(field->verticalScrollBar()->maximum());
        m_sides[side].facts->setText(factsText(answer));
    }
    showReadiness();
}

void TryPage::showEnd() {
    const app::RunProgress& progress = m_workspace.trial().monitor().progress();
    showReadiness();
    if (progress.failed) {
        const core::Failed& failed = *progress.failed;
        notice().showError(core::Error(core::ErrorCode(failed.code), failed.what, failed.where, failed.hint));
        setState(PageState::attention);
    } else if (progress.state == app::RunState::cancelled) {
        notice().show(NoticeKind::info, tr("Stopped"), tr("What was written so far is kept."));
    }
}

// From the first character on that differs, the second answer is marked; a sentence says the same in words.
void TryPage::markDifference() {
    const Trial& trial = m_workspace.trial();
    const QString &first = trial.answer(0).text, &second = trial.answer(1).text;
    m_agreement->clear();
    m_sides[1].text->setExtraSelections({});
    if (first.isEmpty() || second.isEmpty())
        return;
    const qsizetype same = app::commonPrefix(first, second);
    const bool settled = trial.answer(1).result.has_value();
    if (same == first.size() && same == second.size())
        m_agreement->setText(settled ? tr("Both answers are the same.") : QString());
    else if (same < std::min(first.size(), second.size()) || settled)
        m_agreement->setText(tr("The answers are the same for %1 characters; the second is marked from there on.")
                                 .arg(app::countText(same)));
    if (same >= second.size())
        return;
    QTextEdit::ExtraSelection mark;
    mark.cursor = QTextCursor(m_sides[1].text->document());
    mark.cursor.setPosition(int(same));
    mark.cursor.movePosition(QTextCursor::End, QTextCursor::KeepAnchor);
    mark.format.setBackground(coloursFor(palette()).selection);
    m_sides[1].text->setExtraSelections({mark});
}

} // namespace awq::ui
