// SPDX-License-Identifier: GPL-3.0-or-later
// Channel scales of a scale set, one value per input channel, in channel order or sorted.
#pragma once

#include <optional>
#include <vector>

#include "ui/plots/plot.h"

class QCPGraph;
class QCPItemLine;
class QCPItemRect;

namespace awq::ui {

class SeriesLabels;

struct ChannelValues {
    QString name;
    std::vector<float> values; // [in], positive
};

class ChannelScalePlot : public Plot {
    Q_OBJECT

public:
    explicit ChannelScalePlot(QWidget* parent = nullptr);
    ~ChannelScalePlot() override;

    void setScales(ChannelValues scales);
    void setOverlay(std::optional<ChannelValues> overlay);
    void setSorted(bool sorted); // descending by scale; the overlay is sorted by itself
    bool isSorted() const { return m_sorted; }
    void setLogarithmic(bool logarithmic);
    // Shades channels [first, first + count); count 0 takes the mark away. Only visible in channel order.
    void markChannels(int first, int count);
    DataTable dataTable() const override;

signals:
    void channelPicked(int channel);

protected:
    int pointCount() const override { return int(m_scales.values.size()); }
    QPointF positionOf(int point) const override;
    QString textOf(int point) const override;
    int pointAt(const QPointF& pixel) const override;
    void applyColours(const Colours& colours) override;
    void fitAxes() override;

private:
    void update();
    int channelOf(int point) const { return m_sorted ? m_order[size_t(point)] : point; }

    ChannelValues m_scales;
    std::optional<ChannelValues> m_overlay;
    std::vector<int> m_order; // channel of every rank
    bool m_sorted = false, m_logarithmic = true;
    QCPGraph *m_overlayLine, *m_line; // the overlay lies below
    QCPItemLine* m_unity;
    QCPItemRect* m_mark;
    std::unique_ptr<SeriesLabels> m_labels;
};

} // namespace awq::ui
