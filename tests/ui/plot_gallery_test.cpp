// SPDX-License-Identifier: GPL-3.0-or-later
// Draws every plot in both themes into pictures to look at (build folder, grabs/), and checks that each draws on the
// theme's ground.
#include <QtTest>

#include <QApplication>
#include <QDir>
#include <QGridLayout>

#include "tests/ui/plot_data.h"
#include "ui/plots/delta_plot.h"
#include "ui/plots/histogram_plot.h"
#include "ui/plots/perplexity_plot.h"
#include "ui/plots/scatter_plot.h"
#include "ui/plots/timeline_plot.h"
#include "ui/theme/colours.h"
#include "ui/theme/theme.h"
#include "ui/theme/tokens.h"
#include "ui/widgets/card.h"

using namespace awq::ui;
using namespace awq::test;

namespace {

LossCurvePlot* lossPlot(bool overlay) {
    auto* plot = new LossCurvePlot;
    LossCurve curve = lossCurve();
    curve.losses[18] = curve.losses[19] = std::nan("");
    plot->setCurve(curve);
    if (overlay)
        plot->setOverlay(lossCurve("up_proj", 8e-6, 0.6));
    return plot;
}

ChannelScalePlot* scalePlot(bool sorted, bool overlay) {
    auto* plot = new ChannelScalePlot;
    plot->setScales(channelScales(4096));
    plot->setSorted(sorted);
    if (overlay)
        plot->setOverlay(channelScales(4096, 9, "up_proj"));
    if (!sorted)
        plot->markChannels(1024, 128);
    return plot;
}

HeatmapPlot* clipPlot() {
    auto* plot = new HeatmapPlot(clipFractionKind());
    plot->setData(clipFractions(11008, 32));
    plot->mark(5000, 12);
    return plot;
}

HeatmapPlot* errorPlot() {
    auto* plot = new HeatmapPlot(weightErrorKind());
    plot->setData(weightErrors(256, 32));
    return plot;
}

HistogramPlot* histogramPlot() {
    auto* plot = new HistogramPlot;
    plot->setHistogram(weightHistogram());
    return plot;
}

TimelinePlot* timelinePlot() {
    auto* plot = new TimelinePlot("Memory", {"device", "host"});
    for (int i = 0; i < 400; ++i)
        plot->appendPoint(i * 6.0, {6.2e9 + 3.1e9 * ((i % 14) / 14.0), 2.4e9 + i * 1.5e6});
    return plot;
}

LinearLossPlot* linearPlot() {
    auto* plot = new LinearLossPlot("Loss (output MSE)");
    plot->setBlockCount(32);
    plot->setPoints(linearLosses(18));
    plot->mark(12, "mlp.down_proj");
    return plot;
}

PerplexityPlot* perplexityPlot() {
    auto* plot = new PerplexityPlot;
    plot->setDataset("WikiText-2 · window 2048 · 286,720 tokens");
    plot->setEntries({{"float", 5.472, 0.021, ModelKind::floatModel},
                      {"RTN w4g128", 5.731, 0.023, ModelKind::rtn},
                      {"AWQ w4g128", 5.601, 0.022, ModelKind::awq}});
    return plot;
}

ScatterPlot* scatterPlot() {
    auto* plot = new ScatterPlot("Loss A against B", true, true);
    plot->setAxisTitles("Loss, run A (output MSE)", "Loss, run B (output MSE)");
    std::vector<ScatterPoint> points;
    std::mt19937 random(6);
    std::lognormal_distribution<double> ratio(-0.05, 0.25);
    for (const LinearPoint& p : linearLosses(32))
        points.push_back({QString("%1.%2").arg(p.block).arg(p.name), p.value, p.value * ratio(random)});
    plot->setPoints(points);
    plot->mark(40);
    return plot;
}

DeltaPlot* deltaPlot() {
    auto* plot = new DeltaPlot("Change of loss");
    std::vector<Delta> deltas;
    std::mt19937 random(8);
    std::normal_distribution<double> change(-0.03, 0.12);
    for (const LinearPoint& p : linearLosses(4))
        deltas.push_back({QString("%1 · %2").arg(p.block).arg(p.name), change(random)});
    plot->setDeltas(deltas);
    return plot;
}

} // namespace

class PlotGalleryTest : public QObject {
    Q_OBJECT

private slots:
    void plots_data() {
        QTest::addColumn<bool>("dark");
        QTest::newRow("light") << false;
        QTest::newRow("dark") << true;
    }
    void plots() {
        QFETCH(bool, dark);
        Theme theme(*qApp);
        theme.setMode(dark ? ThemeMode::dark : ThemeMode::light);
        QCoreApplication::processEvents();
        QWidget page;
        auto* grid = new QGridLayout(&page);
        applyPageSpacing(grid);
        const std::vector<Plot*> plots{lossPlot(false),       lossPlot(true), scalePlot(false, false),
                                       scalePlot(true, true), clipPlot(),     errorPlot(),
                                       histogramPlot(),       timelinePlot(), linearPlot(),
                                       perplexityPlot(),      scatterPlot(),  deltaPlot()};
        int index = 0;
        for (Plot* plot : plots) {
            auto* card = new Card(plot->name());
            card->body()->addWidget(plot);
            grid->addWidget(card, index / 3, index % 3);
            ++index;
        }
        page.resize(1500, 1400);
        page.show();
        QVERIFY(QTest::qWaitForWindowExposed(&page));
        QTest::qWait(50);
        QTest::mouseMove(plots[0]->findChild<QWidget*>(), QPoint(150, 80));
        QTest::keyClick(plots[6], Qt::Key_Right);
        for (int i = 0; i < 100; ++i)
            QTest::keyClick(plots[6], Qt::Key_Right);
        QTest::keyClick(plots[4], Qt::Key_Right);
        QTest::qWait(50);
        const QImage image = page.grab().toImage();
        const QDir folder(QString(AWQ_BUILD_DIR) + "/grabs");
        QVERIFY(folder.mkpath("."));
        QVERIFY(image.save(
            folder.filePath(QString("plots-%1-%2x.png").arg(dark ? "dark" : "light").arg(page.devicePixelRatio()))));
        for (Plot* plot : plots)
            QCOMPARE(plot->grab().toImage().pixelColor(2, 2), coloursFor(page.palette()).well);
    }
};

QTEST_MAIN(PlotGalleryTest)
#include "plot_gallery_test.moc"
