// SPDX-License-Identifier: GPL-3.0-or-later
// Logits of random models, one per variant of a family, against those of Hugging Face Transformers; and the prefixes
// under which a decoder's tensors may lie.
#include <QtTest>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "core/model/model_folder.h"
#include "tests/support/family_variants.h"
#include "tests/support/files.h"
#include "tests/support/random_model.h"
#include "tests/support/shared_data.h"
#include "tests/support/torch/decoder_probe.h"

using namespace awq;

class VariantsTest : public QObject {
    Q_OBJECT

    static constexpr std::int64_t length = 24, vocabulary = 64;
    QTemporaryDir m_temporary;

    // tests/data/variant_logits.py wants to find the models.
    std::filesystem::path folder(const std::string& name) const {
        return std::filesystem::path(qEnvironmentVariable("AWQ_VARIANT_DIR", m_temporary.path()).toStdString()) / name;
    }

    static test::TokenIds someIds() {
        test::TokenIds ids{1, length, {}};
        for (std::int64_t i = 0; i < length; ++i)
            ids.ids.push_back((7 * i + 3) % vocabulary);
        return ids;
    }

    static double largestDifference(const std::vector<float>& a, const std::vector<float>& b) {
        double largest = a.size() == b.size() ? 0 : INFINITY;
        for (std::size_t i = 0; i < a.size() && i < b.size(); ++i)
            largest = std::max(largest, std::abs(double(a[i]) - double(b[i])));
        return largest;
    }

private slots:
    void transformers_data() {
        QTest::addColumn<int>("index");
        const auto variants = test::familyVariants();
        for (std::size_t i = 0; i < variants.size(); ++i)
            QTest::newRow(variants[i].name.c_str()) << int(i);
    }
    void transformers() {
        QFETCH(int, index);
        const test::FamilyVariant variant = test::familyVariants()[std::size_t(index)];
        const auto model = test::writeRandomModel(folder(variant.name), variant.config);
        const std::vector<float> logits = test::computeLogits(model, someIds());
        QVERIFY(std::all_of(logits.begin(), logits.end(), [](float value) { return std::isfinite(value); }));
        std::ifstream file(test::sourceDir() / "tests/data/variant_logits.json");
        const auto known = nlohmann::json::parse(file).at("logits");
        const std::vector<float> last(logits.end() - vocabulary, logits.end());
        if (variant.name == "internlm2") { // not among the architectures of Transformers
            QVERIFY(!known.contains(variant.name));
            return;
        }
        QVERIFY2(known.contains(variant.name), "tests/data/variant_logits.py makes the missing logits");
        const double difference = largestDifference(last, known.at(variant.name).get<std::vector<float>>());
        qInfo("%s: largest difference of logits %.2g", variant.name.c_str(), difference);
        QVERIFY(difference <= 1e-5);
    }

    void everyPrefixComputesTheSame() {
        const std::string decoder = "'vocab_size': 64, 'hidden_size': 48, 'intermediate_size': 64, "
                                    "'num_hidden_layers': 2, 'num_attention_heads': 4";
        const auto plain = test::writeRandomModel(
            folder("plain"), test::json("{'architectures': ['LlamaForCausalLM'], " + decoder + "}"));
        const std::vector<float> expected = test::computeLogits(plain, someIds());
        const std::string vision = test::json("{'architectures': ['LlavaForConditionalGeneration'], 'text_config': "
                                              "{'model_type': 'llama', " +
                                              decoder + "}}");
        for (const std::size_t root : {0, 1, 2, 3, 4}) {
            const auto model = test::writeRandomModel(folder("root" + std::to_string(root)), vision, root);
            QCOMPARE(test::computeLogits(model, someIds()), expected);
        }
    }

    // Rounding to 16 bits moves logits a little, not away.
    void computesIn16Bits_data() {
        QTest::addColumn<QString>("type");
        QTest::addColumn<double>("limit");
        QTest::newRow("float16") << "float16" << 0.02;
        QTest::newRow("bfloat16") << "bfloat16" << 0.16;
    }
    void computesIn16Bits() {
        QFETCH(QString, type);
        QFETCH(double, limit);
        const std::set<std::string> chosen{"rope llama3",
                                           "qwen3 biases",
                                           "opt norm after residual, projections",
                                           "bloom residual after norm",
                                           "mpt clip",
                                           "falcon rw",
                                           "gptneox sequential"};
        for (const test::FamilyVariant& variant : test::familyVariants()) {
            if (!chosen.contains(variant.name))
                continue;
            const auto model = test::writeRandomModel(folder(variant.name), variant.config);
            const std::vector<float> exact = test::computeLogits(model, someIds());
            const std::vector<float> rounded =
                test::computeLogits(model, someIds(), *core::dtypeFromName(type.toStdString()));
            const double difference = largestDifference(exact, rounded);
            QVERIFY2(difference > 0 && difference < limit,
                     qPrintable(QString("%1: %2").arg(variant.name.c_str()).arg(difference)));
        }
    }
};

QTEST_GUILESS_MAIN(VariantsTest)
#include "variants_test.moc"
