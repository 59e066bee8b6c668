// SPDX-License-Identifier: GPL-3.0-or-later
// A key-value cache changes nothing: token by token gives the logits of the whole sequence at once. Sampling rules.
#include <QtTest>

#include <array>
#include <cmath>

#include "core/run/sampler.h"
#include "tests/support/shared_data.h"
#include "tests/support/torch/generator_probe.h"

using awq::core::Sampler;

class GeneratorTest : public QObject {
    Q_OBJECT

private slots:
    void cacheEqualsWholeSequence_data() {
        QTest::addColumn<QString>("model");
        for (const char* model : {"llama2", "llama3", "qwen2", "qwen3", "opt", "bloom", "mpt", "falcon7b", "falcon40b",
                                  "gptneox", "gptbigcode"})
            QTest::newRow(model) << QString(model);
    }
    void cacheEqualsWholeSequence() {
        QFETCH(QString, model);
        AWQ_REQUIRE_SHARED(zoo, "zoo");
        const auto folder = zoo / (model.toStdString() + "-tiny");
        const awq::test::TokenIds ids = awq::test::readIds(folder / "reference.safetensors", "input_ids");
        constexpr std::int64_t prompt = 20;
        const std::vector<float> whole = awq::test::computeLogits(folder, ids);
        const std::vector<float> cached = awq::test::cachedLogits(folder, ids, prompt);
        const std::int64_t steps = ids.length - prompt + 1;
        const std::int64_t vocabulary = std::int64_t(whole.size()) / (ids.sequences * ids.length);
        QCOMPARE(std::int64_t(cached.size()), steps * ids.sequences * vocabulary);
        double worst = 0;
        for (std::int64_t step = 0; step < steps; ++step)
            for (std::int64_t sequence = 0; sequence < ids.sequences; ++sequence)
                for (std::int64_t v = 0; v < vocabulary; ++v) {
                    const float expected =
                        whole[std::size_t((sequence * ids.length + prompt - 1 + step) * vocabulary + v)];
                    worst = std::max(
                        worst,
                        double(std::abs(expected -
                                        cached[std::size_t((step * ids.sequences + sequence) * vocabulary + v)])));
                }
        qInfo("%s: largest difference %.3g", qPrintable(model), worst);
        QVERIFY(worst <= 1e-4);
    }

    void greedyTakesTheLikeliestAndTheFirstOfEquals() {
        Sampler sampler({});
        QCOMPARE(sampler.choose(std::array{0.5F, 2.0F, 2.0F, -1.0F}), 1);
    }

    void nucleusLeavesTheTailOut() {
        // Probabilities 0.6, 0.3, 0.1: with topP 0.5 only the first is left, with 0.8 the first two.
        const std::array logits{std::log(0.6F), std::log(0.3F), std::log(0.1F)};
        Sampler narrow({1.0, 0.5, 1});
        Sampler wide({1.0, 0.8, 1});
        std::array<int, 3> counts{};
        for (int i = 0; i < 3000; ++i) {
            QCOMPARE(narrow.choose(logits), 0);
            ++counts[std::size_t(wide.choose(logits))];
        }
        QCOMPARE(counts[2], 0);
        QVERIFY(std::abs(counts[0] / 3000.0 - 2.0 / 3) < 0.04);
    }

    void theSameSeedDrawsTheSameTokens() {
        const std::array logits{0.1F, 0.2F, 0.3F, 0.4F};
        Sampler one({1.0, 1.0, 7}), two({1.0, 1.0, 7});
        for (int i = 0; i < 100; ++i)
            QCOMPARE(one.choose(logits), two.choose(logits));
    }
};

QTEST_GUILESS_MAIN(GeneratorTest)
#include "generator_test.moc"
