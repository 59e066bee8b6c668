// SPDX-License-Identifier: GPL-3.0-or-later
// The equivalence gate: random scales through every scale set of every family and variant leave the function unchanged.
#include <QtTest>

#include "core/error.h"
#include "core/model/decoder/mapping_check.h"
#include "tests/support/family_variants.h"
#include "tests/support/random_model.h"
#include "tests/support/shared_data.h"
#include "tests/support/torch/mapping_probe.h"

using namespace awq;

class MappingTest : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;

    std::filesystem::path variantFolder(const test::FamilyVariant& variant) {
        return std::filesystem::path(m_folder.path().toStdString()) / variant.name;
    }

    static void gate(const core::ModelFolder& folder) {
        for (int block = 0; block < folder.blockCount(); ++block) {
            const core::MappingCheck check = core::verifyMapping(folder, block);
            QVERIFY(check.scaleSets > 0);
            QVERIFY2(check.ok(), qPrintable(QString("block %1 differs by %2").arg(block).arg(check.largestDifference)));
        }
        const double difference = test::foldedLogitDifference(folder.path());
        QVERIFY2(difference <= 1e-10, qPrintable(QString("logits differ by %1").arg(difference)));
    }

private slots:
    void trainedModels_data() {
        QTest::addColumn<QString>("model");
        for (const char* model : {"llama2", "llama3", "qwen2", "qwen3", "opt", "bloom", "mpt", "falcon7b", "falcon40b",
                                  "gptneox", "gptbigcode", "llava", "internvl3"})
            QTest::newRow(model) << QString(model);
    }
    void trainedModels() {
        QFETCH(QString, model);
        AWQ_REQUIRE_SHARED(zoo, "zoo");
        gate(core::ModelFolder::open(zoo / (model.toStdString() + "-tiny")));
    }

    void stops() {
        const test::FamilyVariant variant = test::familyVariants().front();
        const auto folder = core::ModelFolder::open(test::writeRandomModel(variantFolder(variant), variant.config));
        std::stop_source stop;
        stop.request_stop();
        try {
            core::verifyMapping(folder, 0, stop.get_token());
            QFAIL("went on");
        } catch (const core::Error& error) {
            QCOMPARE(error.code(), core::ErrorCode::cancelled);
        }
    }

    void variants_data() {
        QTest::addColumn<int>("index");
        const auto variants = test::familyVariants();
        for (std::size_t i = 0; i < variants.size(); ++i)
            QTest::newRow(variants[i].name.c_str()) << int(i);
    }
    void variants() {
        QFETCH(int, index);
        const test::FamilyVariant variant = test::familyVariants()[std::size_t(index)];
        const auto folder = core::ModelFolder::open(test::writeRandomModel(variantFolder(variant), variant.config));
        std::vector<std::string> skipped;
        for (const core::ScaleSet& set : folder.spec().blocks.front().scaleSets)
            if (set.use == core::ScaleSetUse::skipped) {
                QVERIFY(!set.reason.empty());
                skipped.push_back(set.producer);
            }
        std::vector<std::string> expected = variant.skipped;
        std::sort(expected.begin(), expected.end());
        std::sort(skipped.begin(), skipped.end());
        QCOMPARE(skipped, expected);
        gate(folder);
    }

    // What the pages refuse or add for a reason does break the function without it.
    void wrongMappingsAreFound_data() {
        QTest::addColumn<QString>("variant");
        QTest::addColumn<QString>("producer");
        QTest::newRow("post-norm") << "opt norm after residual, projections"
                                   << "self_attn_layer_norm";
        QTest::newRow("gelu") << "opt gelu, no biases"
                              << "fc1";
        QTest::newRow("residual after norm") << "bloom residual after norm"
                                             << "input_layernorm";
        QTest::newRow("clip") << "mpt clip"
                              << "attn.Wqkv";
        QTest::newRow("router left out") << "mixtral"
                                         << "post_attention_layernorm";
        QTest::newRow("shared norm") << "falcon 11b"
                                     << "input_layernorm";
    }
    void wrongMappingsAreFound() {
        QFETCH(QString, variant);
        QFETCH(QString, producer);
        for (const test::FamilyVariant& known : test::familyVariants())
            if (variant.toStdString() == known.name) {
                test::writeRandomModel(variantFolder(known), known.config);
                const core::MappingCheck check = test::checkWrongMapping(variantFolder(known), producer.toStdString());
                QVERIFY(check.largestDifference > 1e-4);
                QCOMPARE(check.broken, std::vector<std::string>{producer.toStdString()});
                return;
            }
        QFAIL("no such variant");
    }
};

QTEST_GUILESS_MAIN(MappingTest)
#include "mapping_test.moc"
