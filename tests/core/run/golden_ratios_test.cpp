// SPDX-License-Identifier: GPL-3.0-or-later
// The ratios that the search chooses for the first block of every family, against those of llm-awq's own search.
#include <QTemporaryDir>
#include <QtTest>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/support/reference_runs.h"
#include "tests/support/shared_data.h"

using namespace awq;
namespace fs = std::filesystem;

class GoldenRatiosTest : public QObject {
    Q_OBJECT

    QTemporaryDir m_temporary;

    // The first block alone, without clips.
    core::QuantizeResult searched(const fs::path& model, const fs::path& golden) const {
        auto request = test::referenceRequest(model, fs::path(m_temporary.path().toStdString()) / "out",
                                              golden.string() + ".safetensors", "simulated");
        request.recipe.exclude = {R"(\.[1-9]\.)"};
        request.recipe.clipSearch = "none";
        return test::quantized(request);
    }

    static const core::ScaleSetResult* find(const core::BlockResult& block, const nlohmann::json& group) {
        const auto consumers = group.at("layers").get<std::vector<std::string>>();
        const auto found = std::ranges::find(block.scaleSets, consumers, &core::ScaleSetResult::consumers);
        return found == block.scaleSets.end() ? nullptr : &*found;
    }

    static double bestOf(const nlohmann::json& losses) {
        return std::ranges::min(losses.get<std::vector<double>>());
    }

private slots:
    // ownObjective: sets whose loss llm-awq measures at the whole block, fed with the norm's output a second time; ours
    // measures the attention, the MLP or both on their true input, so ratios and losses of these sets are others.
    void ratiosAreThoseOfTheReference_data() {
        QTest::addColumn<QString>("model");
        QTest::addColumn<QStringList>("ownObjective");
        for (const char* model :
             {"qwen3-tiny", "opt-tiny", "mpt-tiny", "gptneox-tiny", "gptbigcode-tiny", "llava-tiny", "internvl3-tiny"})
            QTest::newRow(model) << QString(model) << QStringList();
        QTest::newRow("bloom-tiny") << QString("bloom-tiny")
                                    << QStringList{"input_layernorm", "post_attention_layernorm"};
        QTest::newRow("falcon7b-tiny") << QString("falcon7b-tiny") << QStringList{"input_layernorm"};
        QTest::newRow("falcon40b-tiny") << QString("falcon40b-tiny") << QStringList{"ln_attn", "ln_mlp"};
    }
    void ratiosAreThoseOfTheReference() {
        QFETCH(QString, model);
        QFETCH(QStringList, ownObjective);
        AWQ_REQUIRE_SHARED(zoo, "zoo");
        AWQ_REQUIRE_SHARED(goldens, "golden");
        const fs::path golden = goldens / (model.toStdString() + "-w4g64");
        const core::QuantizeResult result = searched(zoo / model.toStdString(), golden);
        QVERIFY(!result.blocks.empty());
        std::ifstream file(golden.string() + ".json");
        int compared = 0;
        const auto expected = nlohmann::json::parse(file);
        for (const auto& group : expected.at("groups")) {
            const auto producer = QString::fromStdString(group.at("prev").get<std::string>());
            if (group.at("block") != 0 || ownObjective.contains(producer))
                continue;
            const core::ScaleSetResult* set = find(result.blocks[0], group);
            QVERIFY2(set, qPrintable(producer));
            const auto chosen = std::size_t(std::lround(set->bestRatio * 20));
            const double loss = group.at("losses").at(chosen), best = bestOf(group.at("losses"));
            QVERIFY2(loss <= 1.001 * best, qPrintable(QString("%1: ratio %2").arg(producer).arg(set->bestRatio)));
            QVERIFY(std::abs(set->losses[chosen] / loss - 1) < 5e-3);
            ++compared;
        }
        QVERIFY(compared >= 1);
    }
};

QTEST_GUILESS_MAIN(GoldenRatiosTest)
#include "golden_ratios_test.moc"
