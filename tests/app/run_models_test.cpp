// SPDX-License-Identifier: GPL-3.0-or-later
// The run's tables under the model tester: growth in any order, replacement, sorting values, bars.
#include <QtTest>

#include <QAbstractItemModelTester>
#include <QSortFilterProxyModel>
#include <cmath>

#include "app/run_models.h"

using namespace awq;
using app::RunLinearsModel;
using app::ScaleSetsModel;

namespace {

core::LinearResult linear(int block, const std::string& name, double mse) {
    core::LinearResult result;
    result.block = block;
    result.name = name;
    result.rows = 8;
    result.columns = 16;
    result.bits = 4;
    result.groupSize = 8;
    result.fate = "quantized";
    result.outputMse = mse;
    result.weightError.assign(16, 1.f);
    return result;
}

core::BlockResult block(int index, double mse) {
    core::BlockResult result;
    result.block = index;
    result.linears = {linear(index, "self_attn.q_proj", mse), linear(index, "mlp.down_proj", 2 * mse)};
    core::ScaleSetResult set;
    set.block = index;
    set.producer = "input_layernorm";
    set.consumers = {"self_attn.q_proj", "self_attn.k_proj"};
    set.ratios = {0, 0.5};
    set.losses = {4 * mse, mse};
    set.bestRatio = 0.5;
    set.bestLoss = mse;
    set.fate = "scaled";
    result.scaleSets = {set};
    return result;
}

QString text(const QAbstractItemModel& model, int row, int column) {
    return model.index(row, column).data().toString();
}

} // namespace

class RunModelsTest : public QObject {
    Q_OBJECT

private slots:
    void blocksComeInAnyOrderAndKeepTheirPlace() {
        RunLinearsModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        for (int index : {2, 0, 1})
            model.addBlock(block(index, 1));
        QCOMPARE(model.rowCount(), 6);
        for (int row = 0; row < 6; ++row)
            QCOMPARE(model.row(row).block, row / 2);
        QCOMPARE(text(model, 0, RunLinearsModel::linear), QString("self_attn.q_proj"));
        QVERIFY(model.row(0).weightError.empty());
        QCOMPARE(model.find(1, "mlp.down_proj"), 3);
        QCOMPARE(model.find(7, "mlp.down_proj"), -1);
    }

    void aBlockLoadedAgainReplacesItsRows() {
        RunLinearsModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.addBlock(block(0, 1));
        QSignalSpy resets(&model, &QAbstractItemModel::modelReset);
        model.addBlock(block(0, 3));
        QCOMPARE(model.rowCount(), 2);
        QCOMPARE(model.row(0).outputMse, 3.0);
        QCOMPARE(resets.count(), 0); // a reset would lose the selection
    }

    void barsAreRelativeToTheLargestLoss() {
        RunLinearsModel model;
        model.addBlock(block(0, 1));
        QCOMPARE(model.index(0, RunLinearsModel::outputMse).data(app::BarRole).toDouble(), 0.5);
        model.addBlock(block(1, 2));
        QCOMPARE(model.index(0, RunLinearsModel::outputMse).data(app::BarRole).toDouble(), 0.25);
        QVERIFY(!model.index(0, RunLinearsModel::weightMse).data(app::BarRole).isValid());
    }

    void sortsByValueNotByText() {
        RunLinearsModel model;
        QSortFilterProxyModel sorted;
        sorted.setSourceModel(&model);
        sorted.setSortRole(app::SortRole);
        sorted.sort(RunLinearsModel::block);
        for (int index = 0; index < 12; ++index)
            model.addBlock(block(index, 1));
        QCOMPARE(text(sorted, 22, RunLinearsModel::block), QString("11"));
        QCOMPARE(text(sorted, 4, RunLinearsModel::block), QString("2"));
    }

    void scaleSetsShowTheirGainAndSurviveSkippedOnes() {
        ScaleSetsModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.addBlock(block(0, 1));
        core::BlockResult skipped;
        skipped.block = 1;
        skipped.scaleSets.push_back({.block = 1,
                                     .producer = "v_proj",
                                     .consumers = {"o_proj"},
                                     .inspected = "o_proj",
                                     .fate = "skipped",
                                     .reason = "shapes differ"});
        model.addBlock(skipped);
        QCOMPARE(text(model, 0, ScaleSetsModel::gain), QString("75 %"));
        QCOMPARE(text(model, 0, ScaleSetsModel::consumers), QString("self_attn.q_proj, self_attn.k_proj"));
        QCOMPARE(text(model, 1, ScaleSetsModel::gain), QString("–"));
        QCOMPARE(text(model, 1, ScaleSetsModel::reason), QString("shapes differ"));
        QVERIFY(!std::isnan(model.index(1, ScaleSetsModel::identityLoss).data(app::SortRole).toDouble()));
        QCOMPARE(model.findConsumer(0, "self_attn.k_proj"), 0);
        QCOMPARE(model.findConsumer(0, "o_proj"), -1);
    }

    void everyColumnHasATitleAndAnExplanation() {
        const RunLinearsModel linears;
        const ScaleSetsModel sets;
        for (const QAbstractItemModel* model :
             {static_cast<const QAbstractItemModel*>(&linears), static_cast<const QAbstractItemModel*>(&sets)})
            for (int column = 0; column < model->columnCount(); ++column) {
                QVERIFY(!model->headerData(column, Qt::Horizontal).toString().isEmpty());
                QVERIFY(model->headerData(column, Qt::Horizontal, Qt::ToolTipRole).toString().endsWith('.'));
            }
    }
};

QTEST_GUILESS_MAIN(RunModelsTest)
#include "run_models_test.moc"
