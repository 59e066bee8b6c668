// SPDX-License-Identifier: GPL-3.0-or-later
// Columns of the plan's table.
#include "app/plan_model.h"

#include <QCoreApplication>

#include "app/number_text.h"

namespace awq::app {

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(PlanLinearsModel)
};

std::vector<Column<core::PlannedLinear>> columns() {
    using Row = core::PlannedLinear;
    return {
        {Text::tr("Block"), Text::tr("Decoder block, counted from 0."), [](const Row& r) { return r.block; }, {}, true},
        {Text::tr("Linear"), Text::tr("Weight matrix, named within its block."),
         [](const Row& r) { return QString::fromStdString(r.name); }},
        {Text::tr("Shape"), Text::tr("Output × input features."),
         [](const Row& r) { return qint64(r.rows * r.columns); },
         [](const Row& r) { return shapeText(r.rows, r.columns); }, true},
        {Text::tr("Fate"), Text::tr("Quantized, or excluded and kept in float."),
         [](const Row& r) { return QString::fromStdString(r.fate); }},
        {Text::tr("Bits"), Text::tr("Bits per weight and the size of a group."), [](const Row& r) { return r.bits; },
         [](const Row& r) { return r.bits > 0 ? QStringLiteral("%1 · g%2").arg(r.bits).arg(r.groupSize) : QString(); },
         true},
        {Text::tr("Now"), Text::tr("Size as stored in the model."), [](const Row& r) { return qint64(r.bytesBefore); },
         [](const Row& r) { return bytesText(r.bytesBefore); }, true},
        {Text::tr("Then"), Text::tr("Size in the quantized checkpoint."),
         [](const Row& r) { return qint64(r.bytesAfter); }, [](const Row& r) { return bytesText(r.bytesAfter); }, true},
        {Text::tr("Reason"), Text::tr("Why it is excluded."),
         [](const Row& r) { return QString::fromStdString(r.reason); }},
    };
}

bool sameLinears(const std::vector<core::PlannedLinear>& a, const std::vector<core::PlannedLinear>& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const auto& x, const auto& y) {
        return x.fullName == y.fullName && x.rows == y.rows && x.columns == y.columns;
    });
}

} // namespace

PlanLinearsModel::PlanLinearsModel(QObject* parent) : TableModel(columns(), parent) {}

void PlanLinearsModel::setPlan(const core::Plan& plan) {
    if (sameLinears(rows(), plan.linears))
        updateRows(plan.linears);
    else
        setRows(plan.linears);
}

} // namespace awq::app
