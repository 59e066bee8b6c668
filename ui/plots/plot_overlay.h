// SPDX-License-Identifier: GPL-3.0-or-later
// A transparent sheet over a plot: its empty message, the dimming while new data loads, the focus ring.
#pragma once

#include <QTimer>
#include <QWidget>

namespace awq::ui {

class PlotOverlay : public QWidget {
    Q_OBJECT

public:
    explicit PlotOverlay(QWidget* parent);

    void setMessage(const QString& message); // covers the plot; empty: transparent
    const QString& message() const { return m_message; }
    void setBusy(bool busy);
    void setFocusRing(bool visible);

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QString m_message;
    QTimer m_delay; // running: busy, not shown yet
    bool m_dimmed = false, m_focusRing = false;
};

} // namespace awq::ui
