// SPDX-License-Identifier: GPL-3.0-or-later
// Distribution of a linear's weights before and after quantization, over the same bins.
#pragma once

#include "core/quant/results.h"
#include "ui/plots/plot.h"

class QCPGraph;
class QCPItemText;

namespace awq::ui {

class HistogramPlot : public Plot {
    Q_OBJECT

public:
    explicit HistogramPlot(QWidget* parent = nullptr);

    void setHistogram(core::Histogram histogram);
    void setLogarithmic(bool logarithmic); // counts; empty bins then lie on the axis
    DataTable dataTable() const override;

protected:
    int pointCount() const override { return int(m_histogram.before.size()); }
    QPointF positionOf(int point) const override;
    QString textOf(int point) const override;
    int pointAt(const QPointF& pixel) const override;
    void applyColours(const Colours& colours) override;
    void fitAxes() override;

private:
    void update();
    double binWidth() const;
    double centreOf(int bin) const;

    core::Histogram m_histogram;
    bool m_logarithmic = false;
    QCPGraph *m_before, *m_after;
    QCPItemText *m_beforeText, *m_afterText, *m_note;
};

} // namespace awq::ui
