// SPDX-License-Identifier: GPL-3.0-or-later
// Undo and redo of recipe edits; nothing else in the window is undone.
#pragma once

#include <QObject>
#include <vector>

#include "app/session.h"

namespace awq::app {

class RecipeHistory : public QObject {
    Q_OBJECT

public:
    static constexpr std::size_t maxSteps = 200; // the oldest are forgotten beyond

    explicit RecipeHistory(Session& session, QObject* parent = nullptr);

    bool canUndo() const { return m_place > 0; }
    bool canRedo() const { return m_place + 1 < m_recipes.size(); }
    QStringList undoOptions() const; // what undoing would change, names as on the command line
    QStringList redoOptions() const;
    void undo();
    void redo();

signals:
    void changed();

private:
    void note();
    void go(std::size_t place);
    QStringList optionsBetween(std::size_t a, std::size_t b) const;
    bool continuesTyping() const;

    Session& m_session;
    std::vector<core::Recipe> m_recipes; // at least the current one
    std::size_t m_place = 0;             // of the current one
};

} // namespace awq::app
