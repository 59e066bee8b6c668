// SPDX-License-Identifier: GPL-3.0-or-later
// The quiet look of axes and the program's gradients, in QCustomPlot's terms.
#include "ui/plots/plot_theme.h"

#include <qcustomplot.h>

#include <cmath>

#include "ui/theme/colours.h"
#include "ui/theme/tokens.h"

namespace awq::ui {

namespace {

QString superscript(int number) {
    static const QString digits = QStringLiteral("⁰¹²³⁴⁵⁶⁷⁸⁹");
    QString text = number < 0 ? QStringLiteral("⁻") : QString();
    for (const QChar digit : QString::number(std::abs(number)))
        text += digits[digit.digitValue()];
    return text;
}

// Labels ticks in units of 10^exponent.
class ScaledTicker : public QCPAxisTicker {
public:
    explicit ScaledTicker(int exponent) : m_factor(std::pow(10.0, exponent)) { setTickCount(5); }

protected:
    QString getTickLabel(double tick, const QLocale& locale, QChar, int) override {
        const double value = tick / m_factor;
        return locale.toString(std::abs(value) < 1e-9 ? 0.0 : value, 'g', 6);
    }

private:
    double m_factor;
};

// Decades; within few decades also 2 and 5; within less than one, even steps.
class LogTicker : public QCPAxisTicker {
public:
    LogTicker() { setTickCount(4); }

protected:
    QVector<double> createTickVector(double tickStep, const QCPRange& range) override {
        const double decades = std::log10(range.upper / range.lower);
        if (!(range.lower > 0) || decades < 0.7)
            return QCPAxisTicker::createTickVector(tickStep, range);
        const int stride = std::max(1, int(std::ceil(decades / 6)));
        QVector<double> ticks;
        for (int exponent = int(std::floor(std::log10(range.lower))); exponent <= std::log10(range.upper);
             exponent += stride)
            for (const double mantissa : {1.0, 2.0, 5.0})
                if (mantissa == 1 || decades < 2.2)
                    ticks << mantissa * std::pow(10.0, exponent);
        return ticks;
    }

    QString getTickLabel(double tick, const QLocale& locale, QChar, int) override {
        if (tick >= 0.0099 && tick < 99999)
            return locale.toString(tick, 'g', 4);
        const int exponent = int(std::floor(std::log10(tick) + 1e-9));
        const double mantissa = tick / std::pow(10.0, exponent);
        const QString power = QStringLiteral("10%1").arg(superscript(exponent));
        return std::abs(mantissa - 1) < 1e-6 ? power
                                             : QStringLiteral("%1×%2").arg(locale.toString(mantissa, 'g', 3), power);
    }
};

class IndexTicker : public QCPAxisTicker {
public:
    IndexTicker() { setTickCount(5); }

protected:
    double getTickStep(const QCPRange& range) override {
        return std::max(1.0, std::round(QCPAxisTicker::getTickStep(range)));
    }
    QString getTickLabel(double tick, const QLocale& locale, QChar, int) override {
        return locale.toString(qint64(std::llround(tick)));
    }
};

// "Loss (output MSE)" becomes "Loss (output MSE, ×10⁻⁴)".
QString withFactor(QString title, int exponent) {
    if (exponent == 0)
        return title;
    const QString factor = QStringLiteral("×10%1").arg(superscript(exponent));
    if (!title.endsWith(')'))
        return QStringLiteral("%1 (%2)").arg(title, factor);
    title.chop(1);
    return QStringLiteral("%1, %2)").arg(title, factor);
}

// 0 when plain numbers are short enough.
int exponentFor(double largest) {
    if (!std::isfinite(largest) || largest <= 0 || (largest >= 0.01 && largest < 1e5))
        return 0;
    return int(std::floor(std::log10(largest)));
}

void themeAxis(QCPAxis& axis, const Colours& c) {
    const QPen hairline(c.hairline, 1);
    axis.setBasePen(hairline);
    axis.setTickPen(hairline);
    axis.setSubTickPen(Qt::NoPen);
    axis.setTickLabelColor(c.dimText);
    axis.setLabelColor(c.dimText);
    axis.setTickLabelFont(textFont(TextSize::small));
    axis.setLabelFont(textFont(TextSize::small));
    axis.grid()->setPen(QPen(c.grid, 1));
    axis.grid()->setZeroLinePen(QPen(c.grid, 1));
}

} // namespace

void applyTheme(QCustomPlot& canvas, const Colours& c) {
    canvas.setBackground(QBrush(c.well));
    for (QCPAxisRect* rect : canvas.axisRects())
        for (QCPAxis* axis : rect->axes())
            themeAxis(*axis, c);
    for (int i = 0; i < canvas.plotLayout()->elementCount(); ++i)
        if (auto* scale = qobject_cast<QCPColorScale*>(canvas.plotLayout()->elementAt(i))) {
            for (QCPAxis* axis : scale->axis()->axisRect()->axes()) {
                themeAxis(*axis, c);
                axis->setBasePen(Qt::NoPen);
            }
        }
}

void useQuietAxes(QCustomPlot& canvas) {
    const Spacing s = spacing();
    for (QCPAxis* axis : canvas.axisRect()->axes()) {
        axis->setSubTicks(false);
        axis->setTickLengthIn(0);
        axis->setTickLengthOut(s.tight);
        axis->setTickLabelPadding(s.tight / 2);
        axis->setLabelPadding(s.tight);
        axis->ticker()->setTickCount(5);
    }
    canvas.yAxis->setTickLengthOut(0);
    canvas.yAxis->setTickLabelPadding(s.tight);
    canvas.xAxis->grid()->setVisible(false);
    canvas.plotLayout()->setMargins(QMargins(s.tight, s.small, s.tight, s.tight));
}

void useLinearAxis(QCPAxis& axis, const QString& title, double largest) {
    const int exponent = exponentFor(largest);
    axis.setScaleType(QCPAxis::stLinear);
    axis.setTicker(QSharedPointer<ScaledTicker>::create(exponent));
    axis.setLabel(withFactor(title, exponent));
}

void useLogAxis(QCPAxis& axis, const QString& title) {
    axis.setScaleType(QCPAxis::stLogarithmic);
    axis.setTicker(QSharedPointer<LogTicker>::create());
    axis.setLabel(title);
}

void useIndexAxis(QCPAxis& axis, const QString& title) {
    axis.setScaleType(QCPAxis::stLinear);
    axis.setTicker(QSharedPointer<IndexTicker>::create());
    axis.setLabel(title);
}

QCPColorGradient gradientOf(GradientKind kind, const Colours& colours) {
    constexpr int stops = 33;
    QCPColorGradient gradient;
    gradient.clearColorStops();
    for (int i = 0; i < stops; ++i) {
        const double t = double(i) / (stops - 1);
        const QColor colour = kind == GradientKind::diverging
                                  ? divergingColour(2 * t - 1, colours.dark)
                                  : sequentialColour(kind == GradientKind::sequential ? t : 1 - t, colours.dark);
        gradient.setColorStopAt(t, colour);
    }
    gradient.setLevelCount(256);
    gradient.setNanHandling(QCPColorGradient::nhNanColor);
    gradient.setNanColor(missingColour(colours.dark));
    return gradient;
}

} // namespace awq::ui
