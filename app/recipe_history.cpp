// SPDX-License-Identifier: GPL-3.0-or-later
// Steps of recipe edits.
#include "app/recipe_history.h"

#include "app/option_text.h"
#include "app/recipe_difference.h"

namespace awq::app {

namespace {

QStringList changedOptions(const core::Recipe& a, const core::Recipe& b) {
    QStringList names;
    for (const OptionDifference& difference : recipeDifferences(a, b))
        names << difference.option;
    return names;
}

} // namespace

RecipeHistory::RecipeHistory(Session& session, QObject* parent)
    : QObject(parent), m_session(session), m_recipes{session.recipe()} {
    connect(&session, &Session::recipeChanged, this, &RecipeHistory::note);
}

void RecipeHistory::note() {
    if (m_session.recipe() == m_recipes[m_place]) // the output changed, or undo did it
        return;
    if (!continuesTyping()) {
        m_recipes.resize(m_place + 1);
        m_recipes.emplace_back();
        if (m_recipes.size() > maxSteps)
            m_recipes.erase(m_recipes.begin());
        m_place = m_recipes.size() - 1;
    }
    m_recipes[m_place] = m_session.recipe();
    emit changed();
}

// Fields of several lines report every key: what is typed in one is a single step.
bool RecipeHistory::continuesTyping() const {
    if (m_place == 0 || canRedo())
        return false;
    const QStringList before = optionsBetween(m_place - 1, m_place);
    return before.size() == 1 && isList(recipeOption(before.front())) &&
           changedOptions(m_recipes[m_place], m_session.recipe()) == before;
}

QStringList RecipeHistory::optionsBetween(std::size_t a, std::size_t b) const {
    return changedOptions(m_recipes[a], m_recipes[b]);
}

QStringList RecipeHistory::undoOptions() const {
    return canUndo() ? optionsBetween(m_place - 1, m_place) : QStringList();
}

QStringList RecipeHistory::redoOptions() const {
    return canRedo() ? optionsBetween(m_place, m_place + 1) : QStringList();
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
