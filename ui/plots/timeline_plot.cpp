// SPDX-License-Identifier: GPL-3.0-or-later
// Drawing of byte counts over time.
#include "ui/plots/timeline_plot.h"

#include <algorithm>
#include <cmath>

#include "app/number_text.h"
#include "ui/plots/plot_items.h"
#include "ui/plots/plot_theme.h"
#include "ui/plots/series_labels.h"

namespace awq::ui {

namespace {

struct ByteUnit {
    double bytes;
    const char* name;
};

// Decimal units, as in every other number of bytes in the window.
ByteUnit unitFor(double largest) {
    for (const ByteUnit unit : {ByteUnit{1e9, "GB"}, ByteUnit{1e6, "MB"}})
        if (largest >= unit.bytes)
            return unit;
    return {1e3, "kB"};
}

const double gap = std::numeric_limits<double>::quiet_NaN();

} // namespace

TimelinePlot::TimelinePlot(const QString& name, const QStringList& series, QWidget* parent)
    : Plot(name, parent), m_series(series), m_values(size_t(series.size())),
      m_labels(std::make_unique<SeriesLabels>(canvas())) {
    for (qsizetype i = 0; i < series.size(); ++i)
        m_graphs.push_back(canvas()->addGraph());
    setZoomable(true, false);
    setMessage(tr("Nothing measured yet."));
}

TimelinePlot::~TimelinePlot() = default;

// Short runs count in minutes, long ones in hours.
void TimelinePlot::useTimeAxis() {
    const bool hours = !m_seconds.empty() && m_seconds.back() >= 3600;
    auto ticker = QSharedPointer<QCPAxisTickerTime>::create();
    ticker->setTimeFormat(hours ? "%h:%m:%s" : "%m:%s");
    ticker->setFieldWidth(hours ? QCPAxisTickerTime::tuHours : QCPAxisTickerTime::tuMinutes, 1);
    ticker->setTickCount(4);
    canvas()->xAxis->setTicker(ticker);
    canvas()->xAxis->setLabel(hours ? tr("Time since the start (h:min:s)") : tr("Time since the start (min:s)"));
}

double TimelinePlot::unit() const {
    return unitFor(m_largest).bytes;
}

void TimelinePlot::appendPoint(double seconds, const std::vector<double>& values) {
    const double before = unit();
    m_seconds.push_back(seconds);
    for (size_t i = 0; i < m_values.size(); ++i) {
        m_values[i].push_back(i < values.size() && values[i] >= 0 ? values[i] : gap);
        if (std::isfinite(m_values[i].back()))
            m_largest = std::max(m_largest, m_values[i].back());
    }
    if (unit() != before)
        refill();
    else
        for (size_t i = 0; i < m_graphs.size(); ++i)
            m_graphs[i]->addData(seconds, m_values[i].back() / unit());
    dataAppended();
}

void TimelinePlot::setPoints(std::vector<double> seconds, std::vector<std::vector<double>> values) {
    m_seconds = std::move(seconds);
    m_values = std::move(values);
    m_values.resize(size_t(m_series.size()));
    m_largest = 0;
    for (std::vector<double>& series : m_values) {
        series.resize(m_seconds.size(), gap);
        for (double& value : series) {
            if (value < 0)
                value = gap;
            if (std::isfinite(value))
                m_largest = std::max(m_largest, value);
        }
    }
    refill();
    dataChanged();
    if (m_seconds.empty())
        setMessage(tr("Nothing measured yet."));
}

void TimelinePlot::clear() {
    setPoints({}, {});
}

void TimelinePlot::refill() {
    for (size_t i = 0; i < m_graphs.size(); ++i) {
        QVector<double> values = toQVector(m_values[i]);
        for (double& value : values)
            value /= unit();
        m_graphs[i]->setData(toQVector(m_seconds), values, true);
    }
}

void TimelinePlot::applyColours(const Colours& c) {
    std::vector<SeriesLabel> labels;
    for (size_t i = 0; i < m_graphs.size(); ++i) {
        const QColor colour = c.categories[i % c.categories.size()];
        m_graphs[i]->setPen(QPen(colour, 1.6));
        if (!m_seconds.empty() && std::isfinite(m_values[i].back()))
            labels.push_back({m_series[qsizetype(i)], colour, m_values[i].back() / unit()});
    }
    m_labels->set(std::move(labels));
}

void TimelinePlot::fitAxes() {
    useTimeAxis();
    const double top = m_largest / unit();
    useLinearAxis(*canvas()->yAxis, tr("Memory (%1)").arg(unitFor(m_largest).name), 1);
    canvas()->yAxis->setRange(0, top > 0 ? top * 1.08 : 1);
    canvas()->xAxis->setRange(0, m_seconds.empty() ? 60 : std::max(m_seconds.back(), 10.0));
}

QPointF TimelinePlot::positionOf(int point) const {
    const double value = m_values.empty() ? gap : m_values.front()[size_t(point)];
    return {m_seconds[size_t(point)], std::isfinite(value) ? value / unit() : 0};
}

int TimelinePlot::pointAt(const QPointF& pixel) const {
    if (m_seconds.empty())
        return -1;
    const double seconds = canvas()->xAxis->pixelToCoord(pixel.x());
    const auto after = std::lower_bound(m_seconds.begin(), m_seconds.end(), seconds);
    if (after == m_seconds.begin())
        return 0;
    const auto before = after - 1;
    const bool later = after != m_seconds.end() && *after - seconds < seconds - *before;
    return int((later ? after : before) - m_seconds.begin());
}

QString TimelinePlot::textOf(int point) const {
    QStringList lines{app::secondsText(m_seconds[size_t(point)])};
    for (size_t i = 0; i < m_values.size(); ++i)
        if (std::isfinite(m_values[i][size_t(point)]))
            lines << QStringLiteral("%1 %2").arg(m_series[qsizetype(i)],
                                                 app::bytesText(qint64(m_values[i][size_t(point)])));
    return lines.join('\n');
}

DataTable TimelinePlot::dataTable() const {
    DataTable table;
    table.headers = QStringList{tr("Time (s)")};
    for (const QString& series : m_series)
        table.headers << tr("%1 (bytes)").arg(series);
    table.rows = qsizetype(m_seconds.size());
    table.cell = [seconds = m_seconds, values = m_values](qsizetype row, int column) -> QVariant {
        if (column == 0)
            return seconds[size_t(row)];
        const double value = values[size_t(column - 1)][size_t(row)];
        return std::isfinite(value) ? QVariant(qint64(value)) : QVariant();
    };
    return table;
}

} // namespace awq::ui
