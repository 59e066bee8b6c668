// SPDX-License-Identifier: GPL-3.0-or-later
// Writes a plot's picture as PNG, PDF or SVG.
#pragma once

#include <QSize>
#include <QString>
#include <functional>

class QCustomPlot;
class QIODevice;

namespace awq::ui {

// Draws the canvas at `size` (logical pixels; PDF: points) into the device. format: "png", "pdf", "svg".
bool drawPicture(QCustomPlot& canvas, const QString& title, const QSize& size, const QString& format,
                 QIODevice& device);

// Fills a file that appears whole or not at all. Returns what went wrong, empty when nothing did.
QString writeWholeFile(const QString& path, const std::function<bool(QIODevice&)>& write);

} // namespace awq::ui
