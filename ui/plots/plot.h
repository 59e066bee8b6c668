// SPDX-License-Identifier: GPL-3.0-or-later
// What all plots share: theme, cross-hair read-out, keyboard, export, table view, empty and busy states.
#pragma once

#include <QPointF>
#include <QWidget>
#include <memory>

#include "ui/plots/data_table.h"
#include "ui/plots/readout_marker.h"

class QCustomPlot;
class QMenu;

namespace awq::ui {

struct Colours;
class PlotOverlay;

// GUI thread only. Values go in by the subclasses' setters; every redraw is queued, and a hidden plot waits until it is
// shown. Keys: arrows move the read-out, Enter pins it, Ctrl+C copies it, Esc lets go, Home shows the whole range.
class Plot : public QWidget {
    Q_OBJECT

public:
    // name: what the plot shows, in a few words ("Loss by ratio"); title of exports and the accessible name.
    explicit Plot(const QString& name, QWidget* parent = nullptr);
    ~Plot() override;

    const QString& name() const { return m_name; }
    void
    setSubject(const QString& subject); // what is plotted ("layers.3.mlp.down_proj"); part of file names and titles
    void setMessage(const QString& message); // shown in place of data; empty: the data
    void setBusy(bool busy);                 // dims the old picture after 150 ms until the new data is there

    virtual DataTable dataTable() const = 0;
    // Writes .png (twice the size on screen), .pdf, .svg in the light theme, or .csv; by the file's suffix. The file
    // appears whole or not at all. Returns what went wrong, empty when nothing did.
    QString exportTo(const QString& path);
    QString suggestedFileName(const QString& suffix) const;

    QString readoutText() const { return m_readout->text(); } // empty when hidden
    bool isReadoutPinned() const { return m_readout->isPinned(); }
    QMenu* contextMenu() const { return m_menu; } // also offered by a button in the card's heading
    int replotCount() const { return m_replots; } // full redraws since construction

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

public slots:
    void resetView();
    void copyImage();
    void copyReadout();
    void showDataTable();
    void chooseExport();

signals:
    void pointPicked(int index); // clicked or chosen by Enter; the index is the subclass's

protected:
    QCustomPlot* canvas() const { return m_canvas; }

    // Points that can be read out, in an order that makes sense for the arrow keys.
    virtual int pointCount() const { return 0; }
    virtual QPointF positionOf(int point) const;     // plot coordinates
    virtual QString textOf(int point) const;         // one fact a line
    virtual int pointAt(const QPointF& pixel) const; // -1: none; the default is the horizontally nearest
    virtual int rowStride() const { return 1; }      // step of the up and down keys

    virtual void applyColours(const Colours& colours) = 0; // plottables and items; axes are done already
    virtual void fitAxes() = 0;                            // the whole range of the data
    void setZoomable(bool horizontally, bool vertically);
    // Call after the data changed: forgets read-out and message, fits the axes, redraws.
    void dataChanged();
    // Call when data came on top of what is shown: keeps read-out and zoom.
    void dataAppended();
    void replotLater();
    const Colours& colours() const;

    void changeEvent(QEvent* event) override;
    void showEvent(QShowEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    void leaveEvent(QEvent* event) override;

private:
    void retheme();
    void addMenuActions();
    void connectMouse();
    void hover(const QPointF& pixel);
    void click(const QPointF& pixel);
    void showReadout(int point, bool pinned);
    void dropReadout();

    QString m_name, m_subject;
    QCustomPlot* m_canvas;
    PlotOverlay* m_overlay;
    std::unique_ptr<ReadoutMarker> m_readout;
    QMenu* m_menu;
    QPointF m_pressed;
    int m_point = -1; // shown by the read-out
    int m_replots = 0;
    bool m_zoomed = false, m_stale = false, m_themed = false;
};

} // namespace awq::ui
