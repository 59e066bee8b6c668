// SPDX-License-Identifier: GPL-3.0-or-later
// Steps of recipe edits.
#include "app/recipe_history.h"

namespace awq::app {

RecipeHistory::RecipeHistory(Session& session, QObject* parent)
    : QObject(parent), m_session(session), m_recipes{session.recipe()} {
    connect(&session, &Session::recipeChanged, this, &RecipeHistory::note);
}

void RecipeHistory::note() {
    if (m_session.recipe() == m_recipes[m_place]) // the output changed, or undo did it
        return;
    m_recipes.resize(m_place + 1);
    m_recipes.push_back(m_session.recipe());
    if (m_recipes.size() > maxSteps)
        m_recipes.erase(m_recipes.begin());
    m_place = m_recipes.size() - 1;
    emit changed();
}

void RecipeHistory::undo() {
    if (canUndo())
        go(m_place - 1);
}

void RecipeHistory::redo() {
    if (canRedo())
        go(m_place + 1);
}

void RecipeHistory::go(std::size_t place) {
    m_place = place;
    m_session.setRecipe(m_recipes[place]);
    emit changed();
}

} // namespace awq::app
