// SPDX-License-Identifier: GPL-3.0-or-later
// The shared behaviour of the plots.
#include "ui/plots/plot.h"

#include <qcustomplot.h>

#include <QClipboard>
#include <QContextMenuEvent>
#include <QFileDialog>
#include <QFileInfo>
#include <QGuiApplication>
#include <QMenu>
#include <QMessageBox>
#include <QRegularExpression>
#include <limits>

#include "ui/plots/data_table_dialog.h"
#include "ui/plots/plot_export.h"
#include "ui/plots/plot_overlay.h"
#include "ui/plots/plot_theme.h"
#include "ui/theme/colours.h"
#include "ui/theme/icons.h"
#include "ui/theme/tokens.h"

namespace awq::ui {

Plot::Plot(const QString& name, QWidget* parent)
    : QWidget(parent), m_name(name), m_canvas(new QCustomPlot(this)), m_overlay(new PlotOverlay(this)),
      m_menu(new QMenu(this)) {
    setAccessibleName(name);
    m_canvas->setAccessibleName(name);
    m_canvas->setContextMenuPolicy(Qt::NoContextMenu);
    m_canvas->setNoAntialiasingOnDrag(true);
    setFocusPolicy(Qt::StrongFocus);
    m_readout = std::make_unique<ReadoutMarker>(m_canvas);
    useQuietAxes(*m_canvas);
    addMenuActions();
    connectMouse();
    connect(m_canvas, &QCustomPlot::afterReplot, this, [this] { ++m_replots; });
}

Plot::~Plot() = default;

void Plot::setSubject(const QString& subject) {
    m_subject = subject;
    setAccessibleDescription(subject);
}

void Plot::setMessage(const QString& message) {
    m_overlay->setMessage(message);
    m_overlay->setBusy(false);
}

void Plot::setBusy(bool busy) {
    m_overlay->setBusy(busy);
}

QSize Plot::sizeHint() const {
    return QSize(44, 16) * fontMetrics().height() * 2 / 3;
}
QSize Plot::minimumSizeHint() const {
    return QSize(18, 9) * fontMetrics().height() * 2 / 3;
}

const Colours& Plot::colours() const {
    return coloursFor(palette());
}

// --- data and drawing

void Plot::dataChanged() {
    dropReadout();
    m_overlay->setMessage({});
    m_overlay->setBusy(false);
    m_zoomed = false;
    retheme();
    fitAxes();
    replotLater();
}

void Plot::dataAppended() {
    m_overlay->setMessage({});
    applyColours(colours());
    if (!m_zoomed)
        fitAxes();
    replotLater();
}

void Plot::replotLater() {
    m_stale = !isVisible();
    if (!m_stale)
        m_canvas->replot(QCustomPlot::rpQueuedReplot);
}

void Plot::retheme() {
    m_themed = true;
    applyTheme(*m_canvas, colours());
    m_readout->applyColours(colours());
    applyColours(colours());
}

void Plot::resetView() {
    m_zoomed = false;
    fitAxes();
    replotLater();
}

void Plot::setZoomable(bool horizontally, bool vertically) {
    Qt::Orientations orientations;
    orientations.setFlag(Qt::Horizontal, horizontally);
    orientations.setFlag(Qt::Vertical, vertically);
    m_canvas->axisRect()->setRangeDrag(orientations);
    m_canvas->axisRect()->setRangeZoom(orientations);
    m_canvas->setInteraction(QCP::iRangeDrag, bool(orientations));
    m_canvas->setInteraction(QCP::iRangeZoom, bool(orientations));
}

// --- read-out

int Plot::pointAt(const QPointF& pixel) const {
    int nearest = -1;
    double distance = std::numeric_limits<double>::infinity();
    for (int point = 0; point < pointCount(); ++point) {
        const double away = std::abs(m_canvas->xAxis->coordToPixel(positionOf(point).x()) - pixel.x());
        if (away < distance) {
            distance = away;
            nearest = point;
        }
    }
    return nearest;
}

QPointF Plot::positionOf(int) const {
    return {};
}
QString Plot::textOf(int) const {
    return {};
}

void Plot::showReadout(int point, bool pinned) {
    if (point < 0 || point >= pointCount())
        return;
    m_point = point;
    const QPointF position = positionOf(point);
    m_readout->show({position.x(), position.y(), textOf(point)}, pinned);
}

void Plot::dropReadout() {
    m_point = -1;
    m_readout->hide();
}

void Plot::hover(const QPointF& pixel) {
    if (m_readout->isPinned() || !m_overlay->message().isEmpty())
        return;
    if (!m_canvas->axisRect()->rect().contains(pixel.toPoint()))
        return dropReadout();
    const int point = pointAt(pixel);
    if (point < 0)
        dropReadout();
    else if (point != m_point)
        showReadout(point, false);
}

void Plot::click(const QPointF& pixel) {
    setFocus(Qt::MouseFocusReason);
    const int point = m_canvas->axisRect()->rect().contains(pixel.toPoint()) ? pointAt(pixel) : -1;
    if (point < 0 || (m_readout->isPinned() && point == m_point))
        return dropReadout();
    showReadout(point, true);
    emit pointPicked(point);
}

void Plot::copyReadout() {
    if (m_readout->isVisible())
        QGuiApplication::clipboard()->setText(m_readout->text());
}

// --- events

void Plot::connectMouse() {
    connect(m_canvas, &QCustomPlot::mouseMove, this, [this](QMouseEvent* event) {
        if (event->buttons() == Qt::NoButton)
            hover(event->position());
        else if (event->buttons() & Qt::LeftButton)
            m_zoomed = true;
    });
    connect(m_canvas, &QCustomPlot::mousePress, this, [this](QMouseEvent* event) { m_pressed = event->position(); });
    connect(m_canvas, &QCustomPlot::mouseRelease, this, [this](QMouseEvent* event) {
        constexpr double still = 4; // pixels: less is a click, more is a drag
        if (event->button() == Qt::LeftButton && QLineF(m_pressed, event->position()).length() < still)
            click(event->position());
    });
    connect(m_canvas, &QCustomPlot::mouseDoubleClick, this, [this] { resetView(); });
    connect(m_canvas, &QCustomPlot::mouseWheel, this, [this] { m_zoomed = true; });
}

void Plot::keyPressEvent(QKeyEvent* event) {
    const int steps[] = {-1, 1, -rowStride(), rowStride()};
    const int keys[] = {Qt::Key_Left, Qt::Key_Right, Qt::Key_Up, Qt::Key_Down};
    for (int i = 0; i < 4; ++i)
        if (event->key() == keys[i] && pointCount() > 0)
            return showReadout(qBound(0, m_point < 0 ? 0 : m_point + steps[i], pointCount() - 1),
                               m_readout->isPinned());
    if (event->matches(QKeySequence::Copy) && m_readout->isVisible())
        return copyReadout();
    switch (event->key()) {
    case Qt::Key_Home:
        return resetView();
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (m_point >= 0) {
            showReadout(m_point, true);
            emit pointPicked(m_point);
        }
        return;
    case Qt::Key_Escape:
        if (m_readout->isVisible())
            return dropReadout();
        [[fallthrough]];
    default:
        QWidget::keyPressEvent(event);
    }
}

void Plot::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange) {
        retheme();
        replotLater();
    }
}

void Plot::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    if (!m_themed)
        retheme();
    replotLater();
}

void Plot::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    m_canvas->setGeometry(rect());
    m_overlay->setGeometry(rect());
    m_overlay->raise();
}

void Plot::focusInEvent(QFocusEvent* event) {
    QWidget::focusInEvent(event);
    m_overlay->setFocusRing(event->reason() == Qt::TabFocusReason || event->reason() == Qt::BacktabFocusReason);
}

void Plot::focusOutEvent(QFocusEvent* event) {
    QWidget::focusOutEvent(event);
    m_overlay->setFocusRing(false);
}

void Plot::leaveEvent(QEvent* event) {
    QWidget::leaveEvent(event);
    if (!m_readout->isPinned())
        dropReadout();
}

// --- menu and export

void Plot::addMenuActions() {
    const auto add = [this](const QString& text, const QString& iconName, void (Plot::*slot)()) {
        connect(m_menu->addAction(icon(iconName), text), &QAction::triggered, this, slot);
    };
    add(tr("Show data as &table"), "table", &Plot::showDataTable);
    add(tr("&Export…"), "export", &Plot::chooseExport);
    add(tr("Copy &image"), "image", &Plot::copyImage);
    add(tr("Copy &read-out"), "copy", &Plot::copyReadout);
    m_menu->addSeparator();
    add(tr("Show whole &range"), "fit", &Plot::resetView);
}

void Plot::contextMenuEvent(QContextMenuEvent* event) {
    m_menu->popup(event->globalPos());
}

void Plot::showDataTable() {
    const QString title = m_subject.isEmpty() ? m_name : tr("%1 – %2").arg(m_name, m_subject);
    (new DataTableDialog(title, dataTable(), this))->show();
}

void Plot::copyImage() {
    QGuiApplication::clipboard()->setPixmap(m_canvas->toPixmap(0, 0, 2.0));
}

QString Plot::suggestedFileName(const QString& suffix) const {
    static const QRegularExpression unsafe("[^A-Za-z0-9._-]+");
    QString stem = m_subject.isEmpty() ? m_name : m_subject + ' ' + m_name;
    return stem.replace(unsafe, "-").toLower() + '.' + suffix;
}

void Plot::chooseExport() {
    const QString path = QFileDialog::getSaveFileName(this, tr("Export plot"), suggestedFileName("png"),
                                                      tr("Picture (*.png);;PDF (*.pdf);;SVG (*.svg);;Numbers (*.csv)"));
    if (path.isEmpty())
        return;
    const QString problem = exportTo(path);
    if (!problem.isEmpty())
        QMessageBox::warning(this, tr("Export plot"), problem);
}

QString Plot::exportTo(const QString& path) {
    const QString format = QFileInfo(path).suffix().toLower();
    if (format == "csv")
        return writeWholeFile(path, [this](QIODevice& file) { return file.write(toCsv(dataTable())) >= 0; });
    if (format != "png" && format != "pdf" && format != "svg")
        return tr("%1: choose a name that ends in .png, .pdf, .svg or .csv").arg(path);
    // Paper is white: the picture is drawn in the light theme, then the screen's theme comes back.
    m_readout->setSuppressed(true);
    applyTheme(*m_canvas, lightColours());
    applyColours(lightColours());
    const QSize size = m_canvas->size().expandedTo(QSize(480, 300));
    const QString problem =
        writeWholeFile(path, [&](QIODevice& file) { return drawPicture(*m_canvas, m_name, size, format, file); });
    retheme();
    m_readout->setSuppressed(false);
    replotLater();
    return problem;
}

} // namespace awq::ui
