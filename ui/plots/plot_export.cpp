// SPDX-License-Identifier: GPL-3.0-or-later
// Picture formats of a plot, written through a file that replaces the old one only when complete.
#include "ui/plots/plot_export.h"

#include <qcustomplot.h>

#include <QPageSize>
#include <QPdfWriter>
#include <QSaveFile>
#include <QSvgGenerator>

namespace awq::ui {

namespace {

bool drawVectors(QCustomPlot& canvas, const QSize& size, QPaintDevice& device) {
    QCPPainter painter;
    if (!painter.begin(&device))
        return false;
    painter.setMode(QCPPainter::pmVectorized);
    painter.setMode(QCPPainter::pmNoCaching);
    painter.setWindow(QRect(QPoint(), size));
    canvas.toPainter(&painter, size.width(), size.height());
    return painter.end();
}

} // namespace

bool drawPicture(QCustomPlot& canvas, const QString& title, const QSize& size, const QString& format,
                 QIODevice& device) {
    if (format == "png")
        return canvas.toPixmap(size.width(), size.height(), 2.0).save(&device, "PNG");
    if (format == "pdf") {
        QPdfWriter writer(&device);
        writer.setTitle(title);
        writer.setCreator("AWQ Studio");
        writer.setPageSize(QPageSize(QSizeF(size), QPageSize::Point));
        writer.setPageMargins(QMarginsF());
        return drawVectors(canvas, size, writer);
    }
    QSvgGenerator generator;
    generator.setOutputDevice(&device);
    generator.setTitle(title);
    generator.setSize(size);
    generator.setViewBox(QRect(QPoint(), size));
    return drawVectors(canvas, size, generator);
}

QString writeWholeFile(const QString& path, const std::function<bool(QIODevice&)>& write) {
    QSaveFile file(path);
    const auto failed = [&] { return QObject::tr("Could not write %1: %2").arg(path, file.errorString()); };
    if (!file.open(QIODevice::WriteOnly))
        return failed();
    if (!write(file)) {
        const QString reason = failed();
        file.cancelWriting();
        return reason;
    }
    return file.commit() ? QString() : failed();
}

} // namespace awq::ui
