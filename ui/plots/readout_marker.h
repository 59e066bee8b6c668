// SPDX-License-Identifier: GPL-3.0-or-later
// The cross-hair and its text, on a buffered layer of their own so that moving them redraws nothing else.
#pragma once

#include <QPointer>
#include <QString>

class QCPItemLine;
class QCPItemText;
class QCPItemTracer;
class QCPLayer;
class QCustomPlot;

namespace awq::ui {

struct Colours;

// What is shown about one point.
struct Readout {
    double x = 0, y = 0; // plot coordinates of the bottom and left axis
    QString text;        // one fact a line
};

class ReadoutMarker {
public:
    explicit ReadoutMarker(QCustomPlot* canvas);

    void applyColours(const Colours& colours);
    void show(const Readout& readout, bool pinned);
    void hide();
    bool isVisible() const { return m_visible; }
    bool isPinned() const { return m_visible && m_pinned; }
    const QString& text() const { return m_readout.text; }
    void setSuppressed(bool suppressed); // while exporting

private:
    void place();

    QCustomPlot* m_canvas;
    QCPLayer* m_layer;
    QCPItemLine *m_vertical, *m_horizontal;
    QCPItemTracer* m_dot;
    QCPItemText* m_label;
    Readout m_readout;
    bool m_visible = false, m_pinned = false;
};

} // namespace awq::ui
