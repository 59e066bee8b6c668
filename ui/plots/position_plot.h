// SPDX-License-Identifier: GPL-3.0-or-later
// Loss of one model against another by the place of the predicted token in its window, with the standard error.
#pragma once

#include <vector>

#include "app/position_losses.h"
#include "ui/plots/plot.h"

class QCPErrorBars;
class QCPGraph;
class QCPItemLine;

namespace awq::ui {

class PositionPlot : public Plot {
    Q_OBJECT

public:
    explicit PositionPlot(QWidget* parent = nullptr);

    void setPositions(std::vector<app::PositionLosses> positions);
    DataTable dataTable() const override;

protected:
    int pointCount() const override { return int(m_positions.size()); }
    QPointF positionOf(int point) const override;
    QString textOf(int point) const override;
    void applyColours(const Colours& colours) override;
    void fitAxes() override;

private:
    std::vector<app::PositionLosses> m_positions;
    QCPGraph* m_differences;
    QCPErrorBars* m_errors;
    QCPItemLine* m_zero;
};

} // namespace awq::ui
