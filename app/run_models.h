// SPDX-License-Identifier: GPL-3.0-or-later
// The tables of a run: its linears and its scale sets, growing block by block while the run goes on.
#pragma once

#include "app/table_model.h"
#include "core/quant/results.h"

namespace awq::app {

// Rows keep the order of blocks and of linears in their block. Loading a block again replaces its rows.
class RunLinearsModel : public TableModel<core::LinearResult> {
public:
    enum ColumnIndex {
        block,
        linear,
        shape,
        bits,
        groupSize,
        outputMse,
        weightMse,
        clipMean,
        clippedShare,
        fate,
        reason
    };

    explicit RunLinearsModel(QObject* parent = nullptr);

    void addBlock(const core::BlockResult& result); // arrays are dropped
    int find(int block, const QString& name) const; // row, or -1
};

class ScaleSetsModel : public TableModel<core::ScaleSetResult> {
public:
    enum ColumnIndex { block, producer, consumers, ratio, loss, identityLoss, gain, fate, reason };

    explicit ScaleSetsModel(QObject* parent = nullptr);

    void addBlock(const core::BlockResult& result); // arrays are dropped, curves kept
    // The scale set a linear belongs to: row, or -1.
    int findConsumer(int block, const QString& linear) const;
};

// Loss without scaling (the first candidate, ratio 0); NaN when the set was not searched.
double identityLoss(const core::ScaleSetResult& set);

} // namespace awq::app
