// SPDX-License-Identifier: GPL-3.0-or-later
// Perplexities side by side with their standard errors: one line per model, best readable when they differ by little.
#pragma once

#include <vector>

#include "ui/plots/plot.h"

class QCPErrorBars;
class QCPGraph;
class QCPItemText;

namespace awq::ui {

// Decides the colour: Float, RTN and AWQ look the same in every picture of the program.
enum class ModelKind { floatModel, rtn, awq, other };

struct PerplexityEntry {
    QString label; // "float", "RTN w4g128", ...
    double perplexity = 0;
    double sigma = 0; // standard error; 0: not known
    ModelKind kind = ModelKind::other;
};

// Dots with whiskers on an axis that need not start at zero: bars would have to, and would hide the difference.
class PerplexityPlot : public Plot {
    Q_OBJECT

public:
    explicit PerplexityPlot(QWidget* parent = nullptr);

    void setEntries(std::vector<PerplexityEntry> entries); // first on top
    void setDataset(const QString& dataset); // "WikiText-2 · window 2048 · 286,720 tokens": part of the axis title
    DataTable dataTable() const override;
    QSize sizeHint() const override;

protected:
    int pointCount() const override { return int(m_entries.size()); }
    QPointF positionOf(int point) const override;
    QString textOf(int point) const override;
    int pointAt(const QPointF& pixel) const override;
    void applyColours(const Colours& colours) override;
    void fitAxes() override;

private:
    struct Drawn {
        QCPGraph* dot;
        QCPErrorBars* whisker;
        QCPItemText* value;
    };
    void clearDrawn();
    QString valueText(const PerplexityEntry& entry) const;

    QString m_dataset;
    std::vector<PerplexityEntry> m_entries;
    std::vector<Drawn> m_drawn;
};

} // namespace awq::ui
