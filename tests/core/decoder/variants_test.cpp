// SPDX-License-Identifier: GPL-3.0-or-later
// Logits of random models, one per variant of a family, against those of Hugging Face Transformers; and the prefixes
// under which a decoder's tensors may lie.
#include <QtTest>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

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

    static std::string without(std::string text, const std::string& part) {
        const std::size_t at = text.find(part);
        return at == std::string::npos ? text : text.erase(at, part.size());
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
        for (const float value : logits)
            QVERIFY(std::isfinite(value));
        std::ifstream file(test::sourceDir() / "tests/data/variant_logits.json");
        const auto known = nlohmann::json::parse(file).at("logits");
        if (!known.contains(variant.name))
            QSKIP("skipped: Transformers does not have this architecture");
        const std::vector<float> last(logits.end() - vocabulary, logits.end());
        const double difference = largestDifference(last, known[variant.name].get<std::vector<float>>());
        qInfo("%s: largest difference of logits %.2g", variant.name.c_str(), difference);
        QVERIFY(difference <= 1e-4);
    }
};

QTEST_GUILESS_MAIN(VariantsTest)
#include "variants_test.moc"
