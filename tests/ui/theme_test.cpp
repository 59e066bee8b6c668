// SPDX-License-Identifier: GPL-3.0-or-later
// Legibility of both colour schemes, the data colours, and that changing the theme reaches every widget.
#include <QtTest>

#include <QApplication>
#include <QPushButton>
#include <QStyle>
#include <cmath>

#include "ui/theme/colours.h"
#include "ui/theme/contrast.h"
#include "ui/theme/icons.h"
#include "ui/theme/theme.h"
#include "ui/theme/tokens.h"
#include "ui/widgets/card.h"

using namespace awq::ui;

namespace {

struct Lab {
    double l, a, b;
};

double linear(double encoded) {
    return encoded <= 0.04045 ? encoded / 12.92 : std::pow((encoded + 0.055) / 1.055, 2.4);
}

using Rgb = std::array<double, 3>; // linear light

Rgb linearRgb(const QColor& c) {
    return {linear(c.redF()), linear(c.greenF()), linear(c.blueF())};
}

Lab oklab(const Rgb& c) {
    const double l = std::cbrt(0.4122214708 * c[0] + 0.5363325363 * c[1] + 0.0514459929 * c[2]);
    const double m = std::cbrt(0.2119034982 * c[0] + 0.6806995451 * c[1] + 0.1073969566 * c[2]);
    const double s = std::cbrt(0.0883024619 * c[0] + 0.2817188376 * c[1] + 0.6299787005 * c[2]);
    return {0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s,
            1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s,
            0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s};
}

double distance(const Lab& p, const Lab& q) {
    return std::hypot(p.l - q.l, p.a - q.a, p.b - q.b);
}

// Machado, Oliveira, Fernandes 2009, severity 1: normal sight, protanopia, deuteranopia, tritanopia.
constexpr double sight[4][3][3] = {
    {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}},
    {{0.152286, 1.052583, -0.204868}, {0.114503, 0.786281, 0.099216}, {-0.003882, -0.048116, 1.051998}},
    {{0.367322, 0.860646, -0.227968}, {0.280085, 0.672501, 0.047413}, {-0.011820, 0.042940, 0.968881}},
    {{1.255528, -0.076749, -0.178779}, {-0.078411, 0.930809, 0.147602}, {0.004733, 0.691367, 0.303900}},
};

Rgb seen(const Rgb& c, int kind) {
    Rgb out{};
    for (int i = 0; i < 3; ++i)
        for (int j = 0; j < 3; ++j)
            out[i] += sight[kind][i][j] * c[j];
    for (double& v : out)
        v = std::clamp(v, 0.0, 1.0);
    return out;
}

} // namespace

class ThemeTest : public QObject {
    Q_OBJECT

private slots:
    void contrastOfKnownPairs() {
        QCOMPARE(contrastRatio(Qt::black, Qt::white), 21.0);
        QCOMPARE(contrastRatio(Qt::white, Qt::white), 1.0);
        QVERIFY(std::abs(contrastRatio(QColor("#777777"), Qt::white) - 4.48) < 0.01); // a published near miss of 4.5
        QCOMPARE(inkOn(QColor("#FFE000")), QColor(Qt::black));
    }

    void textIsLegible_data() {
        QTest::addColumn<bool>("dark");
        QTest::newRow("light") << false;
        QTest::newRow("dark") << true;
    }
    void textIsLegible() {
        QFETCH(bool, dark);
        const Colours& c = dark ? darkColours() : lightColours();
        const std::vector<std::pair<const char*, QColor>> inks{{"text", c.text},       {"dim", c.dimText},
                                                               {"link", c.accentText}, {"ok", c.ok},
                                                               {"warning", c.warning}, {"error", c.error}};
        for (const QColor& ground : {c.window, c.card, c.well})
            for (const auto& [name, ink] : inks)
                QVERIFY2(contrastRatio(ink, ground) >= 4.5, qPrintable(QString("%1 on %2").arg(name, ground.name())));
        for (const QColor& ground : {c.hover, c.pressed, c.selection})
            QVERIFY2(contrastRatio(c.text, ground) >= 4.5, qPrintable(ground.name()));
        QVERIFY(contrastRatio(c.onAccent, c.accent) >= 4.5);
        for (const QColor& ground : {c.window, c.card, c.well})
            QVERIFY2(contrastRatio(c.hairline, ground) >= 1.5, qPrintable(ground.name()));
        for (const QColor& ink : {c.floatModel, c.rtn, c.awq})
            QVERIFY2(contrastRatio(ink, c.well) >= 3, qPrintable(ink.name()));
    }

    void paletteKeepsItsScheme() {
        QVERIFY(!isDark(paletteOf(lightColours())));
        QVERIFY(isDark(paletteOf(darkColours())));
        QCOMPARE(&coloursFor(paletteOf(darkColours())), &darkColours());
    }

    void categoriesSurviveColourVisionDeficiency() {
        for (const Colours* c : {&lightColours(), &darkColours()})
            for (int kind = 0; kind < 4; ++kind)
                for (size_t i = 0; i < c->categories.size(); ++i) {
                    QVERIFY(contrastRatio(c->categories[i], c->well) >= 3);
                    for (size_t j = 0; j < i; ++j) {
                        const double d = distance(oklab(seen(linearRgb(c->categories[i]), kind)),
                                                  oklab(seen(linearRgb(c->categories[j]), kind)));
                        QVERIFY2(d >= 0.08, qPrintable(QString("%1 %2 sight %3: %4")
                                                           .arg(c->categories[i].name(), c->categories[j].name())
                                                           .arg(kind)
                                                           .arg(d)));
                    }
                }
    }

    void sequentialIsEvenInLightness() {
        for (const bool dark : {false, true}) {
            double previous = oklab(linearRgb(sequentialColour(0, dark))).l;
            for (int i = 1; i <= 20; ++i) {
                const double l = oklab(linearRgb(sequentialColour(i / 20.0, dark))).l;
                const double step = dark ? l - previous : previous - l;
                QVERIFY2(std::abs(step - 0.035) < 0.006, qPrintable(QString("step %1 is %2").arg(i).arg(step)));
                previous = l;
            }
        }
        QCOMPARE(sequentialColour(0.25, false), sequentialColour(0.75, true));
    }

    void divergingIsGreyAtZeroAndSymmetric() {
        for (const bool dark : {false, true}) {
            const Lab zero = oklab(linearRgb(divergingColour(0, dark)));
            QVERIFY(std::hypot(zero.a, zero.b) < 0.01);
            for (const double v : {0.3, 0.7, 1.0}) {
                const Lab negative = oklab(linearRgb(divergingColour(-v, dark))),
                          positive = oklab(linearRgb(divergingColour(v, dark)));
                QVERIFY(std::abs(negative.l - positive.l) < 0.01);
                QVERIFY(negative.b < 0 && positive.b > 0);
            }
        }
    }

    void themeReachesWidgets() {
        Theme theme(*qApp);
        QPushButton button("Quantize");
        button.show();
        theme.setMode(ThemeMode::dark);
        QTRY_VERIFY(isDark(button.palette()));
        theme.setMode(ThemeMode::light);
        QTRY_VERIFY(!isDark(button.palette()));
        QCOMPARE(button.style()->pixelMetric(QStyle::PM_ButtonIconSize), iconSize());
    }

    void modesRoundTrip() {
        for (const ThemeMode mode : {ThemeMode::system, ThemeMode::light, ThemeMode::dark})
            QCOMPARE(themeModeFrom(nameOf(mode)), mode);
        QCOMPARE(themeModeFrom("neon"), ThemeMode::system);
    }

    void fontScaleMovesTheTokens() {
        Theme theme(*qApp);
        const int page = spacing().page;
        const double title = textFont(TextSize::title).pointSizeF();
        theme.setFontScalePercent(200);
        QVERIFY(spacing().page > page * 3 / 2);
        QVERIFY(textFont(TextSize::title).pointSizeF() > title);
        theme.setFontScalePercent(10);
        QCOMPARE(theme.fontScalePercent(), 70);
        theme.setFontScalePercent(100);
        QCOMPARE(spacing().page, page);
    }

    void everyIconRendersInTheInkOfTheTheme() {
        Theme theme(*qApp);
        QVERIFY(iconNames().size() > 40);
        QVERIFY(!applicationIcon().pixmap(64, 64).isNull());
        for (const ThemeMode mode : {ThemeMode::light, ThemeMode::dark}) {
            theme.setMode(mode);
            const Colours& c = coloursFor(qApp->palette());
            for (const QString& name : iconNames()) {
                const QImage image = icon(name).pixmap(QSize(24, 24), 2.0).toImage();
                QCOMPARE(image.size(), QSize(48, 48));
                int inked = 0;
                for (int y = 0; y < image.height(); ++y)
                    for (int x = 0; x < image.width(); ++x)
                        if (image.pixelColor(x, y).alpha() == 255) {
                            ++inked;
                            QCOMPARE(image.pixelColor(x, y), c.text);
                        }
                QVERIFY2(inked > 8, qPrintable(name));
            }
        }
    }

    void cardHasTitleAndHeader() {
        Card card("Memory");
        QCOMPARE(card.accessibleName(), QString("Memory"));
        auto* button = new QPushButton("Reset");
        card.addHeaderWidget(button);
        card.setTitle({});
        card.show();
        QVERIFY(button->isVisible());
    }
};

QTEST_MAIN(ThemeTest)
#include "theme_test.moc"
