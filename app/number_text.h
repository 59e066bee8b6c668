// SPDX-License-Identifier: GPL-3.0-or-later
// How numbers are written everywhere in the window: same digits, same units.
#pragma once

#include <QString>

namespace awq::app {

QString bytesText(qint64 bytes);      // "13.5 GB"
QString secondsText(double seconds);  // "1 h 12 m"
QString countText(qint64 count);      // "151,936" in the user's locale
QString parametersText(qint64 count); // "6.74 B", "135 M"
QString lossText(double loss);        // "3.21e-05"; "–" when not a number
QString fixedText(double value, int decimals);
QString percentText(double fraction);           // 0.37 -> "37 %"
QString shapeText(qint64 rows, qint64 columns); // "4096 × 11008"

} // namespace awq::app
