// SPDX-License-Identifier: GPL-3.0-or-later
// What lies in an output folder, and how other programs load it.
#pragma once

#include <QString>
#include <vector>

#include "app/table_model.h"

namespace awq::app {

struct OutputFile {
    QString name;
    qint64 bytes = 0;
};

std::vector<OutputFile> filesIn(const QString& folder); // by name

class OutputFilesModel : public TableModel<OutputFile> {
public:
    explicit OutputFilesModel(QObject* parent = nullptr);
};

struct LoadSnippet {
    QString program; // "vLLM"
    QString code;    // complete, with the folder in it
};

// Programs that load this checkpoint format, with what to type.
std::vector<LoadSnippet> loadSnippets(const QString& format, const QString& folder);

} // namespace awq::app
