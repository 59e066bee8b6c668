// SPDX-License-Identifier: GPL-3.0-or-later
// Signed changes, largest first: which linears became worse and which better between two runs.
#pragma once

#include <vector>

#include "ui/plots/plot.h"

class QCPBars;

namespace awq::ui {

struct Delta {
    QString label;
    double value = 0; // change relative to A: 0.1 is 10 % more; positive is worse
};

class DeltaPlot : public Plot {
    Q_OBJECT

public:
    static constexpr size_t maxBars = 24;

    explicit DeltaPlot(const QString& valueTitle, QWidget* parent = nullptr);

    // Drawn: those of largest magnitude, at most maxBars and as many as fit, worst on top. The table and CSV hold all.
    void setDeltas(std::vector<Delta> deltas);
    DataTable dataTable() const override;

signals:
    void deltaPicked(const QString& label);

protected:
    int pointCount() const override { return int(m_drawn.size()); }
    QPointF positionOf(int point) const override;
    QString textOf(int point) const override;
    int pointAt(const QPointF& pixel) const override;
    void applyColours(const Colours& colours) override;
    void fitAxes() override;
    void resizeEvent(QResizeEvent* event) override;

private:
    size_t barsThatFit() const;
    void choose();

    const QString m_valueTitle;
    std::vector<Delta> m_all, m_drawn; // both worst first
    QCPBars *m_worse, *m_better;
};

} // namespace awq::ui
