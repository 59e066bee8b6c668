// SPDX-License-Identifier: GPL-3.0-or-later
// The help pages that come with the program: Markdown under resources/help, one per page of the rail and some more.
#pragma once

#include <QString>
#include <vector>

namespace awq::ui {

struct HelpTopic {
    QString name;  // of the file and of links ("help:inspect"); a page's topic has the page's name
    QString title; // its first heading
};

// In reading order: what AWQ is, the pages, the plots, errors.
std::vector<HelpTopic> helpTopics();
QString helpText(const QString& topic); // Markdown; empty when there is no such topic

} // namespace awq::ui
