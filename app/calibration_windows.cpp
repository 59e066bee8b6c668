// SPDX-License-Identifier: GPL-3.0-or-later
// From document lengths to windows.
#include "app/calibration_windows.h"

#include <QCoreApplication>

namespace awq::app {

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(CalibrationWindows)
};

} // namespace

std::vector<WindowSource> windowSources(const core::CalibrationSet& set, const std::string& rule) {
    std::vector<WindowSource> windows;
    std::int64_t begin = 0, document = 0; // of the document's tokens in the joined text
    for (std::int64_t tokens : set.documentTokens) {
        ++document;
        if (tokens == 0 || (rule == "pileval" && tokens > set.length))
            continue;
        const std::int64_t last = std::min((begin + tokens - 1) / set.length, set.windows - 1);
        for (std::int64_t window = begin / set.length; window <= last; ++window) {
            if (window == std::int64_t(windows.size()))
                windows.push_back({window + 1, document, document});
            windows[std::size_t(window)].lastDocument = document;
        }
        begin += tokens;
    }
    return windows;
}

WindowSourcesModel::WindowSourcesModel(QObject* parent)
    : TableModel({{Text::tr("Sample"),
                   Text::tr("A window of tokens, counted from 1."),
                   [](const WindowSource& w) { return w.window; },
                   {},
                   true},
                  {Text::tr("From document"),
                   Text::tr("Counted from 1 in the order used."),
                   [](const WindowSource& w) { return w.firstDocument; },
                   {},
                   true},
                  {Text::tr("To document"),
                   Text::tr("The last one with a token in it."),
                   [](const WindowSource& w) { return w.lastDocument; },
                   {},
                   true},
                  {Text::tr("Documents"),
                   Text::tr("With at least one token in this window."),
                   [](const WindowSource& w) { return w.documents(); },
                   {},
                   true,
                   true}},
                 parent) {}

} // namespace awq::app
