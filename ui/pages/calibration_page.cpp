// SPDX-License-Identifier: GPL-3.0-or-later
// Contents of the calibration page.
#include "ui/pages/calibration_page.h"

#include <QVBoxLayout>

#include "app/number_text.h"
#include "ui/widgets/card.h"
#include "ui/widgets/label.h"
#include "ui/widgets/recipe_form.h"

namespace awq::ui {

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
    content()->addStretch();
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
}

} // namespace awq::ui
