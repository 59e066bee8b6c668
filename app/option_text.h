// SPDX-License-Identifier: GPL-3.0-or-later
// Recipe options as text, the form both the command line and the fields of the window use.
#pragma once

#include <QStringList>

#include "core/plan/recipe_options.h"

namespace awq::app {

// One text; for list options one per entry ("down_proj=8").
QStringList optionTexts(const core::RecipeOption& option, const core::Recipe& recipe);

// Replaces the option's value. Throws core::Error(usage or badInput) that names the option; the recipe is then
// unchanged.
void setOptionTexts(core::Recipe& recipe, const core::RecipeOption& option, const QStringList& texts);

bool isList(const core::RecipeOption& option);

const core::RecipeOption& recipeOption(const QString& name); // of the table; an unknown name is a programming error

// The recipe its preset describes, with nothing changed.
core::Recipe presetRecipe(const std::string& preset);

} // namespace awq::app
