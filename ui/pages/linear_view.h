// SPDX-License-Identifier: GPL-3.0-or-later
// Everything known about one linear in linked plots, with a second linear laid over the first.
#pragma once

#include <QWidget>
#include <memory>
#include <optional>

#include "core/quant/results.h"

class QHBoxLayout;
class QPushButton;
class QToolButton;
class QVBoxLayout;

namespace awq::ui {

class ChannelScalePlot;
class HeatmapPlot;
class HistogramPlot;
class Label;
class LossCurvePlot;
class Plot;
class PlotCard;
class PlotGrid;

// What the tables know: results without their arrays.
struct LinearSubject {
    core::LinearResult linear;
    std::optional<core::ScaleSetResult> scaleSet;

    QString name() const; // "3 · mlp.down_proj"
};

class LinearView : public QWidget {
    Q_OBJECT

public:
    using Block = std::shared_ptr<const core::BlockResult>;

    explicit LinearView(QWidget* parent = nullptr);

    // The loss curve changes at once; the other plots keep their picture, dimmed, until showArrays().
    void show(const LinearSubject& subject);
    void showArrays(const Block& block); // of the shown linear's block
    void showUnreadable(const QString& why);
    // The linear laid over; without one the plots show a single linear.
    void setOverlay(std::optional<LinearSubject> overlay);
    void showOverlayArrays(const Block& block);
    void clear();

    const std::optional<LinearSubject>& subject() const { return m_subject; }
    const std::optional<LinearSubject>& overlay() const { return m_overlay; }
    std::vector<Plot*> plots() const;
    PlotGrid& grid() { return *m_grid; }
    void addHeadingButton(QWidget* button); // at the right end of the heading line
    void insertBelowHeading(QWidget* widget);

signals:
    void overlayRequested(); // pin the shown linear
    void overlayDropped();

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    QWidget* makeHeading();
    PlotGrid* makeGrid();
    void arrange();
    void link();
    void showFacts();
    void markGroup(qint64 row, qint64 group); // row -1: the whole group
    qint64 groupSize() const;

    std::optional<LinearSubject> m_subject, m_overlay;
    Label *m_title, *m_facts;
    QPushButton *m_pin, *m_unpin;
    QHBoxLayout* m_headingLine;
    QVBoxLayout* m_layout;
    LossCurvePlot* m_loss;
    ChannelScalePlot* m_scales;
    HeatmapPlot *m_clip, *m_error;
    HistogramPlot* m_histogram;
    PlotCard *m_lossCard, *m_scalesCard, *m_clipCard, *m_errorCard, *m_histogramCard;
    QToolButton *m_toError, *m_toClip; // where only one heatmap has room
    bool m_showsError = false;         // which one that is
    PlotGrid* m_grid;
};

} // namespace awq::ui
