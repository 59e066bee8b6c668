// SPDX-License-Identifier: GPL-3.0-or-later
// Number formats of the window.
#include "app/number_text.h"

#include <QLocale>
#include <cmath>

#include "core/units.h"

namespace awq::app {

static const QString notANumber = QStringLiteral("–");

QString bytesText(qint64 bytes) {
    return QString::fromStdString(core::formatBytes(bytes));
}

QString secondsText(double seconds) {
    return QString::fromStdString(core::formatSeconds(seconds));
}

QString countText(qint64 count) {
    return QLocale().toString(count);
}

QString parametersText(qint64 count) {
    struct Unit {
        double size;
        const char* name;
    };
    for (const Unit unit : {Unit{1e9, "B"}, Unit{1e6, "M"}, Unit{1e3, "k"}})
        if (double(count) >= unit.size) {
            const double amount = double(count) / unit.size;
            const int decimals = amount < 10 ? 2 : amount < 100 ? 1 : 0;
            return fixedText(amount, decimals) + QChar(0x2009) + QLatin1String(unit.name);
        }
    return countText(count);
}

QString lossText(double loss) {
    return std::isfinite(loss) ? QLocale().toString(loss, 'e', 2) : notANumber;
}

QString fixedText(double value, int decimals) {
    return std::isfinite(value) ? QLocale().toString(value, 'f', decimals) : notANumber;
}

QString percentText(double fraction) {
    return fixedText(fraction * 100, 0) + QStringLiteral(" %");
}

QString shapeText(qint64 rows, qint64 columns) {
    return QStringLiteral("%1 × %2").arg(rows).arg(columns);
}

} // namespace awq::app
