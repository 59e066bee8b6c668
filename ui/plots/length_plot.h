// SPDX-License-Identifier: GPL-3.0-or-later
// How long the documents of a calibration text are, against the length of a window.
#pragma once

#include <cstdint>
#include <vector>

#include "ui/plots/plot.h"

class QCPBars;
class QCPItemLine;
class QCPItemText;

namespace awq::ui {

class LengthPlot : public Plot {
    Q_OBJECT

public:
    static constexpr int mostBins = 48;

    explicit LengthPlot(QWidget* parent = nullptr);

    // Tokens of each document, and of a window. Bins of equal width over the whole range.
    void setLengths(const std::vector<std::int64_t>& lengths, std::int64_t window);
    DataTable dataTable() const override;

protected:
    int pointCount() const override { return int(m_counts.size()); }
    QPointF positionOf(int point) const override;
    QString textOf(int point) const override;
    void applyColours(const Colours& colours) override;
    void fitAxes() override;

private:
    std::vector<qint64> m_counts; // documents per bin
    qint64 m_width = 1;           // tokens of a bin
    qint64 m_window = 0;
    QCPBars* m_bars;
    QCPItemLine* m_windowLine;
    QCPItemText* m_windowText;
};

} // namespace awq::ui
