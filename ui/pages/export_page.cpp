// SPDX-License-Identifier: GPL-3.0-or-later
// Contents of the export page.
#include "ui/pages/export_page.h"

#include <QApplication>
#include <QClipboard>
#include <QComboBox>
#include <QDesktopServices>
#include <QDir>
#include <QPlainTextEdit>
#include <QUrl>
#include <QVBoxLayout>

#include "app/number_text.h"
#include "app/paths.h"
#include "ui/report/report_saver.h"
#include "ui/widgets/card.h"
#include "ui/widgets/facts.h"
#include "ui/widgets/label.h"
#include "ui/widgets/layouts.h"
#include "ui/widgets/table.h"

namespace awq::ui {

using app::RunResults;

ExportPage::ExportPage(app::Workspace& workspace, Shell& shell, QWidget* parent)
    : Page(page::exported, tr("Export"), QStringLiteral("export"), parent), m_workspace(workspace), m_shell(shell) {
    QPushButton* open = pushButton(tr("Open folder"), QStringLiteral("folder"), ButtonRole::primary);
    open->setObjectName(QStringLiteral("export.open"));
    connect(open, &QPushButton::clicked, this, [this] { QDesktopServices::openUrl(QUrl::fromLocalFile(m_output)); });
    auto* cards = new QHBoxLayout;
    cards->setSpacing(spacing().cardGap());
    cards->addWidget(makeOutputCard(), 1);
    cards->addWidget(makeLoadCard(), 1);
    content()->addLayout(cards, 1);
    addHeaderWidget((new ReportSaver(workspace, notice(), this))->makeButton());
    addHeaderWidget(open);
    connect(&workspace.results(), &RunResults::stateChanged, this, &ExportPage::showRun);
    connect(&workspace.results(), &RunResults::contentChanged, this, &ExportPage::showRun);
    connect(&workspace.results(), &RunResults::contentChanged, open,
            [this, open] { open->setEnabled(!m_output.isEmpty()); });
    open->setEnabled(false);
    showRun();
}

QWidget* ExportPage::makeOutputCard() {
    auto* card = new Card(tr("Written"));
    m_facts = new Facts(3);
    m_verified = paragraph();
    m_verified->setObjectName(QStringLiteral("export.verified"));
    m_verify = pushButton(tr("Verify again"), QStringLiteral("check"));
    m_verify->setObjectName(QStringLiteral("export.verify"));
    m_verify->setToolTip(tr("Reads the checkpoint back and compares sampled weights with the original."));
    connect(m_verify, &QPushButton::clicked, this, &ExportPage::verify);
    auto* table = new Table(QStringLiteral("outputFiles"), tr("Files of the output"), &m_files);
    table->setColumnWidths({30, 12});
    card->body()->addWidget(m_facts);
    QHBoxLayout* line = row({m_verified, m_verify});
    line->setStretch(0, 1);
    card->body()->addLayout(line);
    card->body()->addWidget(table, 1);
    return card;
}

QWidget* ExportPage::makeLoadCard() {
    auto* card = new Card(tr("Load it elsewhere"));
    m_program = new QComboBox;
    m_program->setObjectName(QStringLiteral("export.program"));
    m_program->setAccessibleName(tr("Program"));
    QToolButton* copy = iconButton(QStringLiteral("copy"), tr("Copy the code"));
    copy->setObjectName(QStringLiteral("export.copy"));
    m_snippet = new QPlainTextEdit;
    m_snippet->setObjectName(QStringLiteral("export.snippet"));
    m_snippet->setAccessibleName(tr("Code that loads the checkpoint"));
    m_snippet->setReadOnly(true);
    m_snippet->setTabChangesFocus(true);
    m_snippet->setFont(monospaceFont());
    connect(m_program, &QComboBox::currentIndexChanged, this, &ExportPage::showSnippet);
    connect(copy, &QToolButton::clicked, this,
            [this] { QApplication::clipboard()->setText(m_snippet->toPlainText()); });
    card->addHeaderWidget(m_program);
    card->addHeaderWidget(copy);
    card->body()->addWidget(m_snippet, 1);
    return card;
}

void ExportPage::showRun() {
    const RunResults& run = m_workspace.results();
    const QString output = run.state() == RunResults::State::ready ? app::toText(run.info().output) : QString();
    const bool written = !output.isEmpty() && QDir(output).exists() && run.info().state == "finished";
    if (!written) {
        m_output.clear();
        setState(PageState::todo);
        setSubtitle({});
        showEmpty(QStringLiteral("export"), tr("No finished run"),
                  tr("Finish a run, or open the folder of an earlier one."),
                  {{tr("Go to Quantize"), QStringLiteral("quantize"), [this] { m_shell.goTo(page::quantize); }},
                   {tr("Open a run…"), QStringLiteral("open"), [this] { m_shell.browse(); }}});
        return;
    }
    if (output != m_output) {
        m_output = output;
        m_verifying.cancel();
        m_verify->setEnabled(true);
        m_verified->setText(tr("Read back and verified when it was written."));
        m_verified->setInk(Ink::ok);
    }
    showOutput();
    showContent();
    setState(PageState::done);
}

void ExportPage::showOutput() {
    const core::RunInfo& info = m_workspace.results().info();
    const auto& finished = m_workspace.results().progress().finished;
    setSubtitle(m_output);
    m_files.setRows(app::filesIn(m_output));
    m_facts->setFacts({
        {tr("Format"), QString::fromStdString(info.recipe.format), tr("Layout of the checkpoint.")},
        {tr("Recipe"), app::recipeText(info.recipe), {}},
        {tr("Size"),
         finished ? tr("%1 → %2").arg(app::bytesText(finished->bytesBefore), app::bytesText(finished->bytesAfter))
                  : QString(),
         tr("Of all tensors, before and after.")},
    });
    const QString program = m_program->currentText();
    m_program->clear();
    for (const app::LoadSnippet& snippet : app::loadSnippets(QString::fromStdString(info.recipe.format), m_output))
        m_program->addItem(snippet.program, snippet.code);
    m_program->setCurrentIndex(std::max(0, m_program->findText(program)));
    showSnippet();
}

void ExportPage::showSnippet() {
    m_snippet->setPlainText(m_program->currentData().toString());
}

void ExportPage::verify() {
    m_verify->setEnabled(false);
    m_verified->setText(tr("Reading the checkpoint back…"));
    m_verified->setInk(Ink::dim);
    m_verifying.request([folder = app::toPath(m_output), original = m_workspace.results().info().model](
                            std::stop_token stop) { return core::verifyFolder(folder, original, stop); },
                        [this](const core::Outcome<core::VerifyReport>& outcome) { showVerified(outcome); });
}

void ExportPage::showVerified(const core::Outcome<core::VerifyReport>& outcome) {
    m_verify->setEnabled(true);
    if (!outcome.ok()) {
        m_verified->setText(tr("It could not be verified."));
        m_verified->setInk(Ink::error);
        notice().showError(*outcome.error);
        return;
    }
    const core::VerifyReport& report = *outcome.result;
    if (report.ok()) {
        m_verified->setText(tr("Verified: %n tensors read back as meant.", nullptr, int(report.tensors)));
        m_verified->setInk(Ink::ok);
        return;
    }
    QStringList lines;
    for (const core::Mismatch& mismatch : report.mismatches)
        lines << QString::fromStdString((mismatch.tensor.empty() ? "" : mismatch.tensor + ": ") + mismatch.what);
    m_verified->setText(tr("%n tensors are not as meant.", nullptr, int(lines.size())));
    m_verified->setInk(Ink::error);
    setState(PageState::attention);
    notice().show(NoticeKind::error, tr("The written checkpoint differs from what was meant"),
                  lines.mid(0, 8).join(QLatin1Char('\n')));
}

} // namespace awq::ui
