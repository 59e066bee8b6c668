// SPDX-License-Identifier: GPL-3.0-or-later
// Loss of a scale set against the ratio of the search: where the minimum lies, and what no scaling would have cost.
#pragma once

#include <optional>
#include <vector>

#include "ui/plots/plot.h"

class QCPGraph;
class QCPItemLine;
class QCPItemText;
class QCPItemTracer;

namespace awq::ui {

class SeriesLabels;

struct LossCurve {
    QString name;               // of the scale set
    std::vector<double> ratios; // ascending, 0..1
    std::vector<double> losses; // mean squared error per ratio; NaN: the candidate was discarded
    double bestRatio = 0;
};

// Alone, a curve is drawn in its own unit; with an overlay both are drawn relative to their loss without scaling (ratio
// 0), since losses of different scale sets have different sizes.
class LossCurvePlot : public Plot {
    Q_OBJECT

public:
    explicit LossCurvePlot(QWidget* parent = nullptr);
    ~LossCurvePlot() override;

    void setCurve(LossCurve curve);
    void setOverlay(std::optional<LossCurve> overlay);
    DataTable dataTable() const override;

protected:
    int pointCount() const override { return int(m_curve.ratios.size()); }
    QPointF positionOf(int point) const override;
    QString textOf(int point) const override;
    void applyColours(const Colours& colours) override;
    void fitAxes() override;

private:
    void update();
    double unitOf(const LossCurve& curve) const; // what a loss is divided by before drawing

    LossCurve m_curve;
    std::optional<LossCurve> m_overlay;
    QCPGraph *m_overlayLine, *m_line, *m_discarded; // the overlay lies below
    QCPItemLine *m_baseline, *m_chosenLine;
    QCPItemText *m_baselineText, *m_chosenText;
    QCPItemTracer* m_chosenDot;
    std::unique_ptr<SeriesLabels> m_labels;
};

} // namespace awq::ui
