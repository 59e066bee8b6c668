// SPDX-License-Identifier: GPL-3.0-or-later
// Contents of the model page.
#include "ui/pages/model_page.h"

#include <QLineEdit>
#include <QVBoxLayout>

#include "app/number_text.h"
#include "ui/widgets/card.h"
#include "ui/widgets/facts.h"
#include "ui/widgets/label.h"
#include "ui/widgets/layouts.h"
#include "ui/widgets/table.h"

namespace awq::ui {

using app::Session;

ModelPage::ModelPage(app::Workspace& workspace, Shell& shell, QWidget* parent)
    : Page(page::model, tr("Model"), QStringLiteral("model"), parent), m_workspace(workspace), m_shell(shell),
      m_facts(new Facts(5)), m_table(new Table(QStringLiteral("modelLinears"), tr("Linears of the model"), &m_linears)),
      m_count(new Label({}, TextSize::small, Ink::dim)) {
    auto* summary = new Card;
    summary->body()->addWidget(m_facts);
    content()->addWidget(summary);

    auto* linears = new Card(tr("Linears"));
    linears->addHeaderWidget(m_count);
    linears->addHeaderWidget(m_table->makeFilter(tr("Filter linears")));
    linears->body()->addWidget(m_table, 1);
    m_table->setColumnWidths({7, 26, 14, 12, 10, 11, 11, -1});
    content()->addWidget(linears, 1);

    QPushButton* open = pushButton(tr("Open another…"), QStringLiteral("open"));
    open->setObjectName(QStringLiteral("model.open"));
    connect(open, &QPushButton::clicked, this, [this] { m_shell.browse(); });
    addHeaderWidget(open);
    QPushButton* next = pushButton(tr("Set up the run"), QStringLiteral("chevron-right"), ButtonRole::primary);
    next->setObjectName(QStringLiteral("model.next"));
    connect(next, &QPushButton::clicked, this, [this] { m_shell.goTo(page::quantize); });
    addHeaderWidget(next);
    connect(&workspace.session(), &Session::modelChanged, this,
            [this, next] { next->setEnabled(m_workspace.session().modelState() == Session::State::ready); });
    next->setEnabled(false);

    connect(&workspace.session(), &Session::modelChanged, this, &ModelPage::showModel);
    connect(&workspace.session(), &Session::planChanged, this, &ModelPage::showPlan);
    showModel();
}

void ModelPage::showModel() {
    const Session& session = m_workspace.session();
    setSubtitle(session.modelFolder());
    notice().clear();
    const Action browse{tr("Browse…"), QStringLiteral("open"), [this] { m_shell.browse(); }};
    switch (session.modelState()) {
    case Session::State::none:
        setState(PageState::todo);
        showEmpty(QStringLiteral("model"), tr("No model yet"), tr("Open a folder with config.json and weights."),
                  {browse});
        break;
    case Session::State::working:
        showLoading(tr("Reading headers"));
        break;
    case Session::State::failed:
        setState(PageState::attention);
        notice().showError(*session.modelError());
        showEmpty(QStringLiteral("model"), tr("This folder cannot be opened"), tr("The reason is above."), {browse});
        break;
    case Session::State::ready:
        setState(session.model().warnings.isEmpty() ? PageState::done : PageState::attention);
        showFacts();
        showContent();
        break;
    }
}

void ModelPage::showFacts() {
    const app::ModelInfo& model = m_workspace.session().model();
    const core::ModelOutline& outline = model.outline;
    const QString heads = outline.heads == outline.keyValueHeads
                              ? app::countText(outline.heads)
                              : tr("%1, %2 for keys and values").arg(outline.heads).arg(outline.keyValueHeads);
    m_facts->setFacts({
        {tr("Architecture"), QString::fromStdString(outline.architecture), tr("As config.json names it.")},
        {tr("Parameters"), app::parametersText(model.parameters), tr("In all tensors.")},
        {tr("Size"), app::bytesText(model.bytes), tr("Of all tensors as stored.")},
        {tr("Type"), QString::fromLatin1(core::nameOf(outline.dtype).data()), tr("Of most weights.")},
        {tr("Files"), tr("%n weight file(s)", nullptr, int(outline.shards.size())), {}},
        {tr("Blocks"), app::countText(outline.blocks), tr("Decoder layers; the unit of progress and of resuming.")},
        {tr("Hidden size"), app::countText(outline.hidden), {}},
        {tr("Heads"), heads, tr("Attention heads.")},
        {tr("Vocabulary"), app::countText(outline.vocabulary) + (model.tied ? tr(", tied head") : QString()),
         tr("A tied head shares its weight with the embedding.")},
        {tr("Tokenizer"), model.tokenizer.isEmpty() ? tr("none found") : model.tokenizer,
         tr("Needed to read calibration text.")},
    });
    if (!model.quantizedAs.isEmpty())
        notice().show(NoticeKind::warning, tr("This model is already quantized (%1)").arg(model.quantizedAs),
                      tr("It can be compared, but quantizing starts from float weights."));
    else if (!model.warnings.isEmpty())
        notice().show(NoticeKind::warning, tr("Some settings of config.json are ignored"),
                      model.warnings.join(QLatin1Char('\n')));
}

void ModelPage::showPlan() {
    const core::Plan& plan = m_workspace.session().plan();
    m_linears.setPlan(plan);
    m_count->setText(tr("%1 linears").arg(app::countText(qint64(plan.linears.size()))));
}

} // namespace awq::ui
