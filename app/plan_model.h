// SPDX-License-Identifier: GPL-3.0-or-later
// The linears of the plan as a table: what each is and what will become of it.
#pragma once

#include "app/table_model.h"
#include "core/plan/plan.h"

namespace awq::app {

class PlanLinearsModel : public TableModel<core::PlannedLinear> {
public:
    enum ColumnIndex { block, linear, shape, fate, bits, sizeBefore, sizeAfter, reason };

    explicit PlanLinearsModel(QObject* parent = nullptr);

    // The same linears with other fates keep selection and scroll position; another model replaces the rows.
    void setPlan(const core::Plan& plan);
};

} // namespace awq::app
