// SPDX-License-Identifier: GPL-3.0-or-later
// Which documents each calibration window was cut from.
#pragma once

#include "app/table_model.h"
#include "core/text/calibration.h"

namespace awq::app {

// Counted from 1, documents in the order used.
struct WindowSource {
    qint64 window = 0, firstDocument = 0, lastDocument = 0;

    qint64 documents() const { return lastDocument - firstDocument + 1; }
};

// Empty for id files, which have no documents. The rule decides which documents were left out as too long.
std::vector<WindowSource> windowSources(const core::CalibrationSet& set, const std::string& rule);

class WindowSourcesModel : public TableModel<WindowSource> {
public:
    explicit WindowSourcesModel(QObject* parent = nullptr);
};

} // namespace awq::app
