// SPDX-License-Identifier: GPL-3.0-or-later
// Perplexities of every family against llm-awq's: float, rounded to nearest, and with llm-awq's own scales and clips.
#include <QTemporaryDir>
#include <QtTest>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/support/reference_runs.h"
#include "tests/support/shared_data.h"
#include "tests/support/tensor_file.h"
#include "tests/support/torch/run_probe.h"
#include "tests/support/zoo_models.h"

using namespace awq;
namespace fs = std::filesystem;

class GoldenPerplexityTest : public QObject {
    Q_OBJECT

    QTemporaryDir m_temporary;

    fs::path path(const std::string& name) const { return fs::path(m_temporary.path().toStdString()) / name; }

    static nlohmann::json parsed(const fs::path& path) {
        std::ifstream file(path);
        return nlohmann::json::parse(file);
    }

    // Any tokens do: nothing is searched.
    fs::path calibration(const fs::path& golden) const {
        const test::TokenIds ids = test::firstWindows(test::readIds(golden, "calib_ids"), 1, 32);
        return test::writeIdFile(path("calibration.safetensors"), "calib_ids", ids.sequences, ids.ids);
    }

private slots:
    void perplexitiesAreThoseOfTheReference_data() { test::addZooModels(); }
    void perplexitiesAreThoseOfTheReference() {
        QFETCH(QString, model);
        AWQ_REQUIRE_SHARED(zoo, "zoo");
        AWQ_REQUIRE_SHARED(goldens, "golden");
        const fs::path folder = zoo / model.toStdString(), ids = folder / "held_ids.safetensors";
        const std::string golden = (goldens / (model.toStdString() + "-w4g64")).string();
        const nlohmann::json expected = parsed(golden + ".json");
        const double rounded = test::perplexityOf(folder, ids, {4, 64, true});
        QVERIFY(std::abs(rounded / expected.at("ppl_rtn").get<double>() - 1) < 1e-5);
        auto request = test::referenceRequest(folder, path("out"), calibration(golden + ".safetensors"), "simulated");
        request.recipe.resultsIn = golden + ".pt";
        const double awq = test::perplexityOf(test::quantized(request).output, ids);
        qInfo("%s: %.4f, reference %.4f", qPrintable(model), awq, expected.at("ppl_awq").get<double>());
        QVERIFY(std::abs(awq / expected.at("ppl_awq").get<double>() - 1) < 1e-3);
    }
};

QTEST_GUILESS_MAIN(GoldenPerplexityTest)
#include "golden_perplexity_test.moc"
