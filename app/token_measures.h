// SPDX-License-Identifier: GPL-3.0-or-later
// What comparing two models token by token gave, as a table of named measures.
#pragma once

#include "app/table_model.h"
#include "core/run/evaluate_run.h"

namespace awq::app {

struct TokenMeasure {
    QString name, meaning;
    double value = 0;
    int decimals = 4;
    double sigma = 0; // standard error; 0: none
};

std::vector<TokenMeasure> tokenMeasures(const core::CompareResult& result);

class TokenMeasuresModel : public TableModel<TokenMeasure> {
public:
    explicit TokenMeasuresModel(QObject* parent = nullptr);
};

} // namespace awq::app
