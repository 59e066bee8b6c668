// SPDX-License-Identifier: GPL-3.0-or-later
// The Inspect page on run folders made on the spot: linked plots, filter, overlay, growth during a run, damage.
#include <QtTest>

#include <QApplication>
#include <QClipboard>
#include <QDir>
#include <QLineEdit>
#include <QMouseEvent>
#include <QPushButton>
#include <QTabBar>
#include <QTemporaryDir>
#include <fstream>

#include "app/paths.h"
#include "app/workspace.h"
#include "core/store/run_store.h"
#include "tests/ui/plot_data.h"
#include "ui/pages/inspect_page.h"
#include "ui/pages/linear_view.h"
#include "ui/plots/histogram_plot.h"
#include "ui/theme/theme.h"
#include "ui/widgets/plot_card.h"
#include "ui/widgets/table.h"

using namespace awq;
using namespace awq::ui;

namespace {

constexpr int groupSize = 32;

core::LinearResult linearResult(int block, const std::string& name, std::int64_t rows, std::int64_t columns,
                                double loss) {
    core::LinearResult linear{
        .block = block, .name = name, .rows = rows, .columns = columns, .bits = 4, .groupSize = groupSize};
    linear.fate = "quantized";
    linear.groups = columns / groupSize;
    linear.outputMse = loss;
    linear.weightMse = loss / 50;
    linear.clippedShare = 0.6;
    linear.clipMean = 0.9;
    linear.clipFraction = *test::clipFractions(rows, linear.groups).values;
    linear.weightError = *test::weightErrors(rows, linear.groups).values;
    linear.histogram = test::weightHistogram();
    return linear;
}

core::BlockResult blockResult(int block) {
    core::BlockResult result{.block = block, .seconds = 3, .outputMse = 1e-3};
    for (const LinearPoint& point : test::linearLosses(block + 1))
        if (point.block == block)
            result.linears.push_back(linearResult(block, point.name.toStdString(), 512, 1024, point.value));
    core::LinearResult excluded{
        .block = block, .name = "mlp.gate", .rows = 8, .columns = 1024, .fate = "excluded", .reason = "router"};
    result.linears.push_back(excluded);
    const auto set = [&](const char* producer, std::vector<std::string> consumers, double best) {
        const LossCurve curve = test::lossCurve(producer, 1e-4, best);
        core::ScaleSetResult scales{.block = block, .producer = producer, .consumers = std::move(consumers)};
        scales.ratios = curve.ratios;
        scales.losses = curve.losses;
        scales.bestRatio = best;
        scales.bestLoss = *std::min_element(curve.losses.begin(), curve.losses.end());
        scales.fate = "scaled";
        scales.channelScale = test::channelScales(1024, unsigned(block) + 1).values;
        return scales;
    };
    result.scaleSets = {set("input_layernorm", {"self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj"}, 0.35),
                        set("post_attention_layernorm", {"mlp.gate_proj", "mlp.up_proj"}, 0.5),
                        set("mlp.up_proj", {"mlp.down_proj"}, 0.2)};
    return result;
}

core::RunStore makeRun(const QString& folder, int blocks, int of) {
    core::RunInfo info;
    info.model = "/models/llama-3-8b";
    info.output = "/out";
    info.blocks = of;
    info.state = "running";
    core::RunStore store = core::RunStore::create(app::toPath(folder), info);
    store.append({0, 0, core::Started{"quantize", "/models/llama-3-8b", folder.toStdString(), of, 0}});
    for (int i = 0; i < blocks; ++i) {
        store.saveBlock(blockResult(i));
        store.append({std::uint64_t(i + 1), 1.0 * i, core::BlockDone{i, 1, 0.5, 0.01}});
    }
    return store;
}

struct FakeShell : Shell {
    void goTo(const QString& pageName) override { went = pageName; }
    void openPath(const QString&) override {}
    void openDemo() override {}
    void browse() override {}
    void inspect(int, const QString&) override {}
    void cancelRun() override {}

    QString went;
};

template <typename PlotType>
PlotType* plotOf(InspectPage& page, const QString& name) {
    for (Plot* plot : page.view().plots())
        if (plot->name() == name)
            return qobject_cast<PlotType*>(plot);
    return nullptr;
}

void grabTo(QWidget& widget, const QString& name) {
    const QDir folder(QString(AWQ_BUILD_DIR) + "/grabs");
    QVERIFY(folder.mkpath("."));
    QVERIFY(
        widget.grab().toImage().save(folder.filePath(QString("%1-%2x.png").arg(name).arg(widget.devicePixelRatio()))));
}

} // namespace

class InspectPageTest : public QObject {
    Q_OBJECT

    QTemporaryDir m_dir;
    std::unique_ptr<Theme> m_theme;

    struct Shown {
        QTemporaryDir data;
        app::Workspace workspace{data.path(), {}};
        FakeShell shell;
        InspectPage page{workspace, shell};
        app::RunResults& results = workspace.results();

        void open(const QString& folder) {
            page.resize(1190, 740);
            page.show();
            page.activateWindow();
            QVERIFY(QTest::qWaitForWindowActive(&page));
            results.open(folder);
            QTRY_VERIFY(results.state() != app::RunResults::State::loading);
        }
    };

private slots:
    void initTestCase() {
        m_theme = std::make_unique<Theme>(*qApp);
        m_theme->setMode(ThemeMode::light);
        QVERIFY(m_dir.isValid());
    }
    void cleanupTestCase() { m_theme.reset(); }

    void emptyPageOffersWaysOn() {
        Shown shown;
        InspectPage& page = shown.page;
        page.resize(1190, 740);
        page.show();
        QPushButton* way = nullptr;
        for (QPushButton* button : page.findChildren<QPushButton*>())
            if (button->isVisible() && button->property("primary").toBool())
                way = button;
        QVERIFY(way);
        way->click();
        QCOMPARE(shown.shell.went, page::quantize);
        QCOMPARE(page.state(), PageState::todo);
        grabTo(page, "inspect-empty");
    }

    void selectionFillsEveryPlot() {
        const QString folder = m_dir.filePath("run");
        makeRun(folder, 3, 32);
        Shown shown;
        shown.open(folder);
        QTRY_VERIFY(shown.page.view().subject());
        QCOMPARE(shown.page.view().subject()->name(), QString("0 · self_attn.q_proj"));
        auto* clip = plotOf<HeatmapPlot>(shown.page, "Clip fraction");
        QTRY_COMPARE(clip->dataTable().rows, 512);
        QCOMPARE(clip->dataTable().columns(), 1 + 1024 / groupSize);
        QTRY_COMPARE(plotOf<ChannelScalePlot>(shown.page, "Channel scales")->dataTable().rows, 1024);
        QCOMPARE(plotOf<LossCurvePlot>(shown.page, "Loss by ratio")->dataTable().rows, 20);
        QCOMPARE(plotOf<HistogramPlot>(shown.page, "Weights before and after")->dataTable().rows, 256);
        // A linear without a search of its own, and an excluded one.
        shown.page.showLinear(1, "self_attn.o_proj");
        QTRY_COMPARE(plotOf<ChannelScalePlot>(shown.page, "Channel scales")->dataTable().rows, 0);
        shown.page.showLinear(1, "mlp.gate");
        QTRY_COMPARE(clip->dataTable().rows, 0);
    }

    void aSelectionChangeIsOneRedrawPerPlot() {
        const QString folder = m_dir.filePath("redraws");
        makeRun(folder, 2, 2);
        Shown shown;
        shown.open(folder);
        auto* error = plotOf<HeatmapPlot>(shown.page, "Weight error");
        QTRY_COMPARE(error->dataTable().rows, 512);
        QTest::qWait(100);
        std::vector<int> before;
        for (Plot* plot : shown.page.view().plots())
            before.push_back(plot->replotCount());
        QTest::keyClick(&shown.page.linearTable(), Qt::Key_Down);
        QTest::qWait(100);
        QCOMPARE(shown.page.view().subject()->name(), QString("0 · self_attn.k_proj"));
        size_t i = 0;
        for (Plot* plot : shown.page.view().plots())
            QVERIFY2(plot->replotCount() - before[i++] <= 1, qPrintable(plot->name()));
    }

    void fastBrowsingEndsAtTheLastRow() {
        const QString folder = m_dir.filePath("browsing");
        makeRun(folder, 6, 6);
        Shown shown;
        shown.open(folder);
        QTRY_VERIFY(shown.page.view().subject());
        for (int i = 0; i < 45; ++i)
            QTest::keyClick(&shown.page.linearTable(), Qt::Key_Down);
        QCOMPARE(shown.page.view().subject()->linear.block, 5);
        auto* scales = plotOf<ChannelScalePlot>(shown.page, "Channel scales");
        const auto expected = blockResult(5);
        QTRY_VERIFY(scales->dataTable().headers[1].contains(shown.page.view().subject()->name()));
        QCOMPARE(scales->dataTable().cell(7, 1).toFloat(), expected.scaleSets[1].channelScale[7]);
    }

    void pickingAGroupMarksItEverywhere() {
        const QString folder = m_dir.filePath("linked");
        makeRun(folder, 1, 1);
        Shown shown;
        shown.open(folder);
        auto* clip = plotOf<HeatmapPlot>(shown.page, "Clip fraction");
        auto* error = plotOf<HeatmapPlot>(shown.page, "Weight error");
        auto* scales = plotOf<ChannelScalePlot>(shown.page, "Channel scales");
        shown.page.resize(1190, 1200); // both heatmaps have room
        QTRY_VERIFY(error->isVisible());
        QTRY_COMPARE(clip->dataTable().rows, 512);
        QTest::qWait(50);
        const auto pictures = [&] {
            return std::vector<QImage>{clip->grab().toImage(), error->grab().toImage(), scales->grab().toImage()};
        };
        const auto before = pictures();
        emit clip->cellPicked(100, 7);
        QTest::qWait(50);
        const auto after = pictures();
        for (size_t i = 0; i < after.size(); ++i)
            QVERIFY(before[i] != after[i]);
        emit scales->channelPicked(40);
        QTest::qWait(50);
        QVERIFY(error->grab().toImage() != after[1]);
    }

    void overlayIsPinnedAndDropped() {
        const QString folder = m_dir.filePath("overlay");
        makeRun(folder, 2, 2);
        Shown shown;
        shown.open(folder);
        QTRY_VERIFY(shown.page.view().subject());
        Table& table = shown.page.linearTable();
        const QRect third = table.visualRect(table.model()->index(2, 1));
        QTest::mouseClick(table.viewport(), Qt::LeftButton, Qt::ShiftModifier, third.center());
        QVERIFY(shown.page.view().overlay());
        QCOMPARE(shown.page.view().overlay()->name(), QString("0 · self_attn.v_proj"));
        QCOMPARE(shown.page.view().subject()->name(), QString("0 · self_attn.q_proj")); // the selection stayed
        QCOMPARE(plotOf<LossCurvePlot>(shown.page, "Loss by ratio")->dataTable().columns(), 3);
        QTRY_COMPARE(plotOf<ChannelScalePlot>(shown.page, "Channel scales")->dataTable().columns(), 3);
        shown.page.showLinear(1, "mlp.down_proj");
        QVERIFY(shown.page.view().overlay());
        emit shown.page.view().overlayDropped();
        QVERIFY(!shown.page.view().overlay());
        QCOMPARE(plotOf<ChannelScalePlot>(shown.page, "Channel scales")->dataTable().columns(), 2);
    }

    void filterSortAndCopy() {
        const QString folder = m_dir.filePath("filter");
        makeRun(folder, 2, 2);
        Shown shown;
        shown.open(folder);
        Table& table = shown.page.linearTable();
        QTRY_COMPARE(table.model()->rowCount(), 16);
        auto* filter = shown.page.findChild<QLineEdit*>("inspectLinears.filter");
        QVERIFY(filter);
        filter->setText("down|up_proj$");
        QCOMPARE(table.model()->rowCount(), 4);
        filter->setText("[unfinished");
        QCOMPARE(table.model()->rowCount(), 0);
        filter->setText("down_proj");
        table.sortByColumn(app::RunLinearsModel::outputMse, Qt::DescendingOrder);
        table.selectAll();
        QTest::keyClick(&table, Qt::Key_C, Qt::ControlModifier);
        const QStringList lines = QApplication::clipboard()->text().split('\n', Qt::SkipEmptyParts);
        QCOMPARE(lines.size(), 3);
        QVERIFY(lines[0].startsWith("Block\tLinear"));
        QVERIFY(lines[1].contains("mlp.down_proj"));
        shown.page.showLinear(0, "self_attn.q_proj"); // hidden by the filter, shown all the same
        QCOMPARE(shown.page.view().subject()->name(), QString("0 · self_attn.q_proj"));
    }

    void growsWhileTheRunGoesOn() {
        const QString folder = m_dir.filePath("growing");
        core::RunStore store = makeRun(folder, 0, 3);
        Shown shown;
        shown.open(folder);
        QCOMPARE(shown.page.state(), PageState::running);
        QVERIFY(!shown.page.view().subject());
        for (int i = 0; i < 2; ++i) {
            store.saveBlock(blockResult(i));
            shown.results.refresh();
            QTRY_COMPARE(shown.results.linears().rowCount(), 8 * (i + 1));
        }
        shown.page.showLinear(2, "mlp.down_proj"); // not there yet
        QCOMPARE(shown.page.view().subject()->name(), QString("0 · self_attn.q_proj"));
        store.saveBlock(blockResult(2));
        shown.results.refresh();
        QTRY_COMPARE(shown.results.linears().rowCount(), 24);
        QCOMPARE(shown.page.view().subject()->name(), QString("2 · mlp.down_proj"));
        shown.page.showLinear(1, {});
        shown.results.refresh();
        QTest::qWait(50);
        QCOMPARE(shown.page.view().subject()->name(),
                 QString("1 · self_attn.q_proj")); // growth does not move the selection
    }

    void damageIsNamedAndTheRestShown() {
        const QString folder = m_dir.filePath("damaged");
        makeRun(folder, 3, 3);
        std::ofstream(app::toPath(folder) / "block-00001.json") << "{ torn";
        std::ofstream(app::toPath(folder) / "block-00002.safetensors", std::ios::trunc) << "x";
        Shown shown;
        shown.open(folder);
        QCOMPARE(shown.page.state(), PageState::attention);
        QVERIFY(shown.page.notice().text().contains("Block 1 "));
        QTRY_COMPARE(shown.results.linears().rowCount(), 16);
        shown.page.showLinear(2, "mlp.down_proj"); // readable without its arrays
        auto* clip = plotOf<HeatmapPlot>(shown.page, "Clip fraction");
        QTRY_COMPARE(clip->dataTable().rows, 0);
        QCOMPARE(plotOf<LossCurvePlot>(shown.page, "Loss by ratio")->dataTable().rows, 20);
        grabTo(shown.page, "inspect-damaged");
        shown.results.open(m_dir.path());
        QTRY_COMPARE(shown.results.state(), app::RunResults::State::failed);
        QCOMPARE(shown.page.state(), PageState::attention);
        grabTo(shown.page, "inspect-failed");
    }

    void onePlotCanTakeTheArea() {
        const QString folder = m_dir.filePath("large");
        makeRun(folder, 1, 1);
        Shown shown;
        shown.open(folder);
        QTRY_VERIFY(shown.page.view().subject());
        const auto cards = shown.page.findChildren<PlotCard*>();
        PlotGrid& grid = shown.page.view().grid();
        const int before = cards[0]->height();
        grid.enlarge(cards[0]);
        QTRY_VERIFY(cards[0]->height() > 1.8 * before);
        QVERIFY(!cards[1]->isVisible());
        QTest::keyClick(cards[0]->plot(), Qt::Key_Escape);
        QVERIFY(cards[1]->isVisible());
        QTRY_COMPARE(cards[0]->height(), before);
    }

    void pictures_data() {
        QTest::addColumn<bool>("dark");
        QTest::newRow("light") << false;
        QTest::newRow("dark") << true;
    }
    void pictures() {
        QFETCH(bool, dark);
        m_theme->setMode(dark ? ThemeMode::dark : ThemeMode::light);
        const QString folder = m_dir.filePath(dark ? "dark" : "light");
        makeRun(folder, 18, 32);
        Shown shown;
        shown.open(folder);
        QTRY_VERIFY(shown.page.view().subject());
        shown.page.showLinear(3, "mlp.down_proj");
        auto* clip = plotOf<HeatmapPlot>(shown.page, "Clip fraction");
        QTRY_COMPARE(clip->dataTable().rows, 512);
        QTest::qWait(100);
        grabTo(shown.page, dark ? "inspect-dark" : "inspect-light");
        shown.page.resize(1800, 1100);
        shown.page.showLinear(3, "mlp.up_proj");
        emit shown.page.view().overlayRequested();
        shown.page.showLinear(5, "mlp.up_proj");
        QTest::qWait(200);
        grabTo(shown.page, dark ? "inspect-overlay-dark" : "inspect-overlay-light");
    }
};

QTEST_MAIN(InspectPageTest)
#include "inspect_page_test.moc"
