// SPDX-License-Identifier: GPL-3.0-or-later
// Behaviour of the plots: read-out, picking, themes, redraw count, exports opened again, tables.
#include <QtTest>

#include <QApplication>
#include <QClipboard>
#include <QImageReader>
#include <QMenu>
#include <QSvgRenderer>
#include <QTableView>
#include <QTemporaryDir>

#include "tests/ui/plot_data.h"
#include "ui/plots/delta_plot.h"
#include "ui/plots/histogram_plot.h"
#include "ui/plots/perplexity_plot.h"
#include "ui/plots/scatter_plot.h"
#include "ui/plots/series_labels.h"
#include "ui/plots/timeline_plot.h"
#include "ui/theme/colours.h"
#include "ui/theme/theme.h"

using namespace awq::ui;
using namespace awq::test;

namespace {

// Shown at a fixed size, with its first drawing done.
void present(Plot& plot, QSize size = {640, 400}) {
    plot.resize(size);
    plot.show();
    plot.activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(&plot));
    QTRY_VERIFY(plot.replotCount() > 0);
    QTest::qWait(20);
}

// The widget that gets the mouse.
QWidget* surface(Plot& plot) {
    return plot.findChild<QWidget*>(QString(), Qt::FindDirectChildrenOnly);
}

QColor cornerOf(Plot& plot) {
    return plot.grab().toImage().pixelColor(3, 3);
}

QStringList csvLines(const QString& path) {
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return {};
    return QString::fromUtf8(file.readAll()).split("\r\n", Qt::SkipEmptyParts);
}

} // namespace

class PlotsTest : public QObject {
    Q_OBJECT

private slots:
    void initTestCase() {
        m_theme = std::make_unique<Theme>(*qApp);
        m_theme->setMode(ThemeMode::light);
        QVERIFY(m_folder.isValid());
    }
    void cleanupTestCase() { m_theme.reset(); }

    void emptyPlotShowsItsMessage() {
        LossCurvePlot plot;
        present(plot);
        QTest::mouseMove(surface(plot), QPoint(300, 200));
        QVERIFY(plot.readoutText().isEmpty());
        plot.setCurve({});
        QTest::keyClick(&plot, Qt::Key_Right);
        QVERIFY(plot.readoutText().isEmpty());
    }

    void readoutFollowsPinsAndCopies() {
        LossCurvePlot plot;
        plot.setCurve(lossCurve());
        present(plot);
        QTest::mouseMove(surface(plot), QPoint(320, 200));
        QTRY_VERIFY(plot.readoutText().contains("Loss"));
        QVERIFY(!plot.isReadoutPinned());
        QTest::mouseClick(surface(plot), Qt::LeftButton, {}, QPoint(320, 200));
        QVERIFY(plot.isReadoutPinned());
        const QString pinned = plot.readoutText();
        QTest::mouseMove(surface(plot), QPoint(500, 200));
        QCOMPARE(plot.readoutText(), pinned);
        QTest::keyClick(&plot, Qt::Key_C, Qt::ControlModifier);
        QCOMPARE(QApplication::clipboard()->text(), pinned);
        QTest::keyClick(&plot, Qt::Key_Escape);
        QVERIFY(plot.readoutText().isEmpty());
    }

    void readoutIsReachableByKeyboard() {
        LossCurvePlot plot;
        LossCurve curve = lossCurve();
        curve.losses[1] = std::nan("");
        plot.setCurve(curve);
        present(plot);
        QSignalSpy picked(&plot, &Plot::pointPicked);
        QTest::keyClick(&plot, Qt::Key_Right);
        QVERIFY(plot.readoutText().contains("Ratio 0.00"));
        QTest::keyClick(&plot, Qt::Key_Right);
        QVERIFY(plot.readoutText().contains("discarded"));
        QTest::keyClick(&plot, Qt::Key_Return);
        QVERIFY(plot.isReadoutPinned());
        QCOMPARE(picked.count(), 1);
        QCOMPARE(picked[0][0].toInt(), 1);
    }

    void movingTheReadoutRedrawsNothingElse() {
        HeatmapPlot plot(clipFractionKind());
        plot.setData(clipFractions(2000, 32));
        present(plot);
        const int before = plot.replotCount();
        for (int x = 150; x < 450; x += 5)
            QTest::mouseMove(surface(plot), QPoint(x, 200));
        QTRY_VERIFY(!plot.readoutText().isEmpty());
        QCOMPARE(plot.replotCount(), before);
    }

    void manyChangesAreOneRedraw() {
        ChannelScalePlot plot;
        plot.setScales(channelScales(4096));
        present(plot);
        const int before = plot.replotCount();
        for (int i = 0; i < 50; ++i) {
            plot.setScales(channelScales(4096, unsigned(i)));
            plot.setOverlay(channelScales(4096, unsigned(i + 1)));
            plot.markChannels(128 * (i % 32), 128);
        }
        QTest::qWait(50);
        QCOMPARE(plot.replotCount(), before + 1);
    }

    void hiddenPlotsWait() {
        ChannelScalePlot plot;
        present(plot);
        plot.hide();
        const int before = plot.replotCount();
        plot.setScales(channelScales(28672));
        QTest::qWait(30);
        QCOMPARE(plot.replotCount(), before);
        plot.show();
        QTRY_COMPARE(plot.replotCount(), before + 1);
    }

    void themeChangeReachesThePicture() {
        HistogramPlot histogram;
        histogram.setHistogram(weightHistogram());
        TimelinePlot timeline("Memory", {"device"});
        timeline.appendPoint(0, {1e9});
        timeline.appendPoint(60, {2e9});
        for (Plot* plot : std::initializer_list<Plot*>{&histogram, &timeline}) {
            present(*plot);
            QCOMPARE(cornerOf(*plot), lightColours().well);
            m_theme->setMode(ThemeMode::dark);
            QTRY_COMPARE(cornerOf(*plot), darkColours().well);
            m_theme->setMode(ThemeMode::light);
            QTRY_COMPARE(cornerOf(*plot), lightColours().well);
        }
    }

    void channelPickNamesTheChannel() {
        ChannelScalePlot plot;
        ChannelValues scales{.name = "s", .values = {1, 4, 2, 3}};
        plot.setScales(scales);
        present(plot);
        QSignalSpy picked(&plot, &ChannelScalePlot::channelPicked);
        QTest::keyClick(&plot, Qt::Key_Right);
        QTest::keyClick(&plot, Qt::Key_Return);
        QCOMPARE(picked.takeFirst()[0].toInt(), 0);
        plot.setSorted(true);
        QTest::keyClick(&plot, Qt::Key_Right);
        QVERIFY(plot.readoutText().contains("Channel 1"));
        QTest::keyClick(&plot, Qt::Key_Return);
        QCOMPARE(picked.takeFirst()[0].toInt(), 1);
    }

    void heatmapPicksTheCellUnderTheMouse() {
        HeatmapPlot plot(weightErrorKind());
        auto values = std::make_shared<std::vector<float>>(64 * 8, 1e-6f);
        (*values)[40 * 8 + 5] = 1e-3f;
        plot.setData({values, 64, 8});
        present(plot, {700, 420});
        QSignalSpy picked(&plot, &HeatmapPlot::cellPicked);
        // Everywhere in the picture, the picked cell and the read-out agree, and rows and columns grow downwards and to
        // the right.
        qint64 row = -1, column = -1;
        for (int step = 1; step < 10; ++step) {
            QTest::mouseClick(surface(plot), Qt::LeftButton, {}, QPoint(100 + 45 * step, 60 + 28 * step));
            if (picked.isEmpty())
                continue;
            const auto arguments = picked.takeFirst();
            QVERIFY(arguments[0].toLongLong() >= row && arguments[1].toLongLong() >= column);
            row = arguments[0].toLongLong();
            column = arguments[1].toLongLong();
            QVERIFY(plot.readoutText().startsWith(QString("Row %1, group %2").arg(row).arg(column)));
        }
        QVERIFY(row > 32 && column > 4);
    }

    void heatmapOfAVocabulary() {
        constexpr std::int64_t rows = 151936, columns = 4;
        auto values = std::make_shared<std::vector<float>>(size_t(rows * columns), 1.0f);
        const std::pair<std::int64_t, std::int64_t> probes[] = {{300, 0}, {70000, 1}, {100001, 2}, {150000, 3}};
        for (const auto& [row, column] : probes)
            (*values)[size_t(row * columns + column)] = 0.5f;
        HeatmapPlot plot(clipFractionKind());
        plot.setData({values, rows, columns});
        present(plot);
        QVERIFY(plot.shown().cellRows > 100 && plot.shown().cellRows <= maxCellsPerAxis);
        QCOMPARE(plot.shown().window.rows, rows);
        QVERIFY(plot.note().startsWith("min of "));
        // Each single clipped group is visible, and clicking on its colour finds exactly that group.
        const QImage image = plot.grab().toImage();
        QSet<qint64> found;
        QSignalSpy picked(&plot, &HeatmapPlot::cellPicked);
        for (int y = 20; y < image.height() - 20; ++y)
            for (int x = 80; x < image.width() * 3 / 4; x += 20)
                if (image.pixelColor(x, y).lightnessF() < 0.25) {
                    QTest::mouseClick(surface(plot), Qt::LeftButton, {}, QPoint(x, y));
                    if (!picked.isEmpty()) {
                        const auto arguments = picked.takeFirst();
                        found << arguments[0].toLongLong() * columns + arguments[1].toLongLong();
                    }
                }
        for (const auto& [row, column] : probes)
            QVERIFY2(found.contains(row * columns + column), qPrintable(QString::number(row)));
    }

    void heatmapRefinesOnZoom() {
        HeatmapPlot plot(clipFractionKind());
        plot.setData(clipFractions(11008, 32));
        present(plot);
        const auto coarse = plot.shown().rowsPerCell;
        QVERIFY(coarse > 1);
        const QPointF centre(320, 200);
        for (int i = 0; i < 30; ++i) {
            QWheelEvent wheel(centre, plot.mapToGlobal(centre), {}, {0, 120}, Qt::NoButton, Qt::NoModifier,
                              Qt::NoScrollPhase, false);
            QApplication::sendEvent(surface(plot), &wheel);
        }
        QTRY_COMPARE(plot.shown().rowsPerCell, 1);
        QVERIFY(plot.note().isEmpty());
        plot.resetView();
        QTRY_COMPARE(plot.shown().rowsPerCell, coarse);
    }

    void degenerateDataIsDrawn() {
        HeatmapPlot one(clipFractionKind());
        one.setData({std::make_shared<std::vector<float>>(1, 1.0f), 1, 1});
        present(one);
        HeatmapPlot zeros(weightErrorKind());
        zeros.setData({std::make_shared<std::vector<float>>(12, 0.0f), 3, 4});
        present(zeros);
        HeatmapPlot missing(weightErrorKind());
        missing.setData({std::make_shared<std::vector<float>>(12, std::nanf("")), 3, 4});
        present(missing);
        LossCurvePlot discarded;
        discarded.setCurve({.name = "x", .ratios = {0, 0.5}, .losses = {std::nan(""), std::nan("")}, .bestRatio = 0});
        present(discarded);
        HistogramPlot flat;
        flat.setHistogram({.minimum = 0, .maximum = 0, .before = {4}, .after = {4}});
        present(flat);
        QTest::keyClick(&flat, Qt::Key_Right);
        QVERIFY(flat.readoutText().contains("before 4"));
    }

    void livePlotsGrow() {
        TimelinePlot timeline("Memory", {"device", "host"});
        present(timeline);
        for (int i = 0; i < 1000; ++i)
            timeline.appendPoint(i, {5e8 + i * 1e6, -1});
        QCOMPARE(timeline.dataTable().rows, 1000);
        QVERIFY(!timeline.dataTable().cell(5, 2).isValid()); // unknown host memory stays empty
        QCOMPARE(timeline.dataTable().cell(999, 1).toLongLong(), 1499000000LL);
        LinearLossPlot losses("Loss (output MSE)");
        present(losses);
        const int before = losses.replotCount();
        for (const LinearPoint& point : linearLosses(32))
            losses.appendPoints({point});
        QTest::qWait(30);
        QCOMPARE(losses.replotCount(), before + 1);
        QSignalSpy picked(&losses, &LinearLossPlot::linearPicked);
        QTest::keyClick(&losses, Qt::Key_Right);
        QTest::keyClick(&losses, Qt::Key_Return);
        QCOMPARE(picked.takeFirst()[1].toString(), QString("self_attn.q_proj"));
    }

    void seriesLabelsDoNotOverlap() {
        const std::vector<double> spread = spreadApart({10, 11, 12, 90, 99}, 12, 0, 100);
        for (size_t i = 1; i < spread.size(); ++i)
            QVERIFY(spread[i] - spread[i - 1] >= 12 - 1e-9);
        QVERIFY(spread.front() >= 0 && spread.back() <= 100);
        QCOMPARE(spreadApart({10, 50}, 12, 0, 100), (std::vector<double>{10, 50}));
    }

    void exportsOpenAgain_data() {
        QTest::addColumn<QString>("suffix");
        for (const char* suffix : {"png", "pdf", "svg", "csv"})
            QTest::newRow(suffix) << suffix;
    }
    void exportsOpenAgain() {
        QFETCH(QString, suffix);
        m_theme->setMode(ThemeMode::dark); // files are light all the same
        HeatmapPlot plot(clipFractionKind());
        plot.setSubject("layers.3.mlp.down_proj");
        plot.setData(clipFractions(300, 8));
        present(plot);
        QCOMPARE(plot.suggestedFileName(suffix), "layers.3.mlp.down_proj-clip-fraction." + suffix);
        const QString path = m_folder.filePath("plot." + suffix);
        QCOMPARE(plot.exportTo(path), QString());
        QFile file(path);
        QVERIFY(file.open(QIODevice::ReadOnly));
        if (suffix == "png") {
            const QImage image(path);
            QCOMPARE(image.size(), QSize(1280, 800));
            QCOMPARE(image.pixelColor(2, 2), lightColours().well);
        } else if (suffix == "pdf") {
            const QByteArray bytes = file.readAll();
            QVERIFY(bytes.startsWith("%PDF-") && bytes.trimmed().endsWith("%%EOF") && bytes.contains("/Font"));
            QVERIFY(QRegularExpression("/MediaBox \\[0 0 640(\\.0+)? 400(\\.0+)?\\]")
                        .match(QString::fromLatin1(bytes))
                        .hasMatch());
        } else if (suffix == "svg") {
            QSvgRenderer renderer(path);
            QVERIFY(renderer.isValid());
            QCOMPARE(renderer.viewBox().size(), QSize(640, 400));
            QVERIFY(file.readAll().contains("Output row"));
        } else {
            const QStringList lines = csvLines(path);
            QCOMPARE(lines.size(), 301);
            QCOMPARE(lines[0].count(','), 8);
            QCOMPARE(lines[300].section(',', 0, 0), QString("299"));
        }
        QCOMPARE(cornerOf(plot), darkColours().well); // the screen kept its theme
        m_theme->setMode(ThemeMode::light);
    }

    void exportSaysWhatFailed() {
        LossCurvePlot plot;
        plot.setCurve(lossCurve());
        QVERIFY(plot.exportTo(m_folder.filePath("missing/plot.png")).contains("missing/plot.png"));
        QVERIFY(plot.exportTo(m_folder.filePath("plot.bmp")).contains(".svg"));
        QVERIFY(!QFile::exists(m_folder.filePath("plot.bmp")));
    }

    void numbersSurviveTheCsv() {
        ChannelScalePlot plot;
        plot.setScales({.name = "a, \"b\"", .values = {0.1f, 12345.678f}});
        const QString path = m_folder.filePath("scales.csv");
        QCOMPARE(plot.exportTo(path), QString());
        const QStringList lines = csvLines(path);
        QCOMPARE(lines[0], QString("Channel,\"Scale of a, \"\"b\"\"\""));
        QCOMPARE(lines[1].section(',', 1).toFloat(), 0.1f);
        QCOMPARE(lines[2].section(',', 1).toFloat(), 12345.678f);
    }

    void everyPlotHasNameMenuAndTable() {
        PerplexityPlot perplexity;
        perplexity.setEntries({{"float", 5.47, 0.02, ModelKind::floatModel}, {"AWQ", 5.6, 0.02, ModelKind::awq}});
        ScatterPlot scatter("Loss A against B", true, true);
        scatter.setPoints({{"0.q_proj", 1e-4, 2e-4}, {"0.k_proj", 0, 1e-4}});
        DeltaPlot deltas("Change of loss");
        deltas.setDeltas({{"a", 0.1}, {"b", -0.5}, {"c", std::nan("")}});
        for (Plot* plot : std::initializer_list<Plot*>{&perplexity, &scatter, &deltas}) {
            QVERIFY(!plot->accessibleName().isEmpty());
            QVERIFY(plot->contextMenu()->actions().size() >= 5);
            QVERIFY(plot->dataTable().rows >= 2);
            plot->showDataTable();
            auto* view = plot->findChild<QTableView*>("plotDataTable");
            QVERIFY(view);
            QCOMPARE(view->model()->rowCount(), int(plot->dataTable().rows));
            QVERIFY(!view->model()->index(0, 0).data().toString().isEmpty());
        }
    }

private:
    std::unique_ptr<Theme> m_theme;
    QTemporaryDir m_folder;
};

QTEST_MAIN(PlotsTest)
#include "plots_test.moc"
