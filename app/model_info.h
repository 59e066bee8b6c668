// SPDX-License-Identifier: GPL-3.0-or-later
// What the window knows of a model folder: figures of its headers and the outline that planning needs.
#pragma once

#include <QString>
#include <QStringList>

#include "core/plan/model_outline.h"

namespace awq::app {

struct ModelInfo {
    core::ModelOutline outline;
    qint64 parameters = 0, bytes = 0; // of all tensors
    qint64 maximumPositions = 0;      // tokens it was made to read at once; 0: unknown
    bool tied = false;                // the head is the embedding
    QString tokenizer;                // file name; empty: the folder has none
    QString quantizedAs;              // "awq-gemm", ...; empty: a float model
    QStringList warnings;             // settings that were ignored
};

} // namespace awq::app
