// SPDX-License-Identifier: GPL-3.0-or-later
// Logits and perplexities of small trained models, one per family, against those of Hugging Face Transformers.
#include <QtTest>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "core/model/float_values.h"
#include "core/model/model_folder.h"
#include "tests/support/shared_data.h"
#include "tests/support/torch/decoder_probe.h"

namespace fs = std::filesystem;

class ParityTest : public QObject {
    Q_OBJECT

    static void addModels() {
        QTest::addColumn<QString>("model");
        for (const char* model : {"llama2", "llama3", "qwen2", "qwen3", "opt", "bloom", "mpt", "falcon7b", "falcon40b",
                                  "gptneox", "gptbigcode", "llava", "internvl3"})
            QTest::newRow(model) << QString(model);
    }

    static double readNumber(const fs::path& file, const char* key) {
        std::ifstream stream(file);
        return nlohmann::json::parse(stream).at(key);
    }

private slots:
    void logits_data() { addModels(); }
    void logits() {
        QFETCH(QString, model);
        AWQ_REQUIRE_SHARED(zoo, "zoo");
        const fs::path folder = zoo / (model.toStdString() + "-tiny");
        const auto reference = awq::core::TensorSource::open(folder / "reference.safetensors");
        const std::vector<float> expected = awq::core::toFloats(reference.read("logits"));
        // The reference models were cast to their checkpoint's type, rotary frequencies included, before they ran in
        // float32. A model as it is loaded from disk keeps its frequencies in float32, and so does ours.
        const awq::core::DType type = awq::core::ModelFolder::open(folder).dtype();
        const std::vector<float> found = awq::test::computeLogits(
            folder, awq::test::readIds(folder / "reference.safetensors", "input_ids"), awq::core::DType::F32, type);
        QCOMPARE(found.size(), expected.size());
        double worst = 0;
        for (std::size_t i = 0; i < found.size(); ++i)
            worst = std::max(worst, std::abs(double(found[i]) - double(expected[i])));
        qInfo("%s: largest difference of logits %.3g", qPrintable(model), worst);
        QVERIFY(worst <= 2e-4);
    }

    void perplexity_data() { addModels(); }
    void perplexity() {
        QFETCH(QString, model);
        AWQ_REQUIRE_SHARED(zoo, "zoo");
        AWQ_REQUIRE_SHARED(golden, "golden");
        const std::string name = model.toStdString() + "-tiny";
        const double found = awq::test::computePerplexity(
            zoo / name, awq::test::readIds(zoo / name / "held_ids.safetensors", "input_ids"));
        // Transformers, frequencies rounded as above; and the model as llm-awq loaded it from disk.
        const double rounded = readNumber(zoo / name / "reference.json", "perplexity_fp32");
        const double loaded = readNumber(golden / (name + "-w4g64.json"), "ppl_fp32");
        qInfo("%s: perplexity %.7f, loaded from disk %.7f, reference %.7f", qPrintable(model), found, loaded, rounded);
        QVERIFY(std::abs(found / loaded - 1) <= 1e-6);
        QVERIFY(std::abs(found / rounded - 1) <= 1e-4);
    }
};

QTEST_GUILESS_MAIN(ParityTest)
#include "parity_test.moc"
