// SPDX-License-Identifier: GPL-3.0-or-later
// Every family's quantized folder, in every format that holds it: written, verified, and evaluated to the perplexity
// that the search simulated.
#include <QTemporaryDir>
#include <QtTest>

#include <cmath>

#include "core/export/checkpoint_writer.h"
#include "core/export/verify.h"
#include "core/model/model_folder.h"
#include "tests/support/reference_runs.h"
#include "tests/support/shared_data.h"
#include "tests/support/tensor_file.h"
#include "tests/support/torch/run_probe.h"
#include "tests/support/zoo_models.h"

using namespace awq;
namespace fs = std::filesystem;

class FamilyFoldersTest : public QObject {
    Q_OBJECT

    QTemporaryDir m_temporary;

    fs::path path(const std::string& name) const { return fs::path(m_temporary.path().toStdString()) / name; }

    fs::path calibration(const fs::path& golden) const {
        const test::TokenIds ids = test::firstWindows(test::readIds(golden, "calib_ids"), 4, 96);
        return test::writeIdFile(path("calibration.safetensors"), "calib_ids", ids.sequences, ids.ids);
    }

private slots:
    void foldersComputeWhatTheSearchSimulated_data() { test::addZooModels(); }
    void foldersComputeWhatTheSearchSimulated() {
        QFETCH(QString, model);
        AWQ_REQUIRE_SHARED(zoo, "zoo");
        AWQ_REQUIRE_SHARED(golden, "golden");
        const fs::path folder = zoo / model.toStdString();
        const test::TokenIds held =
            test::firstWindows(test::readIds(folder / "held_ids.safetensors", "input_ids"), 8, 128);
        const fs::path ids = test::writeIdFile(path("held.safetensors"), "input_ids", held.sequences, held.ids);
        const fs::path calibrationIds = calibration(golden / (model.toStdString() + "-w4g64.safetensors"));
        for (const char* format : {"awq-gemm", "compressed-tensors", "simulated"}) {
            const core::QuantizeResult result =
                test::quantized(test::referenceRequest(folder, path("out"), calibrationIds, format));
            const core::VerifyReport report = core::verifyFolder(result.output, folder);
            QVERIFY2(report.ok(), report.ok() ? "" : report.mismatches.front().what.c_str());
            const core::DType stored =
                format == std::string("simulated")
                    ? core::DType::F32
                    : core::CheckpointWriter::floatType(format, core::ModelFolder::open(folder).dtype());
            const double simulated = test::simulatedPerplexity(folder, result.runDir, stored, held);
            const double written = test::perplexityOf(result.output, ids);
            qInfo("%s %s: simulated %.5f, written %+.4f %%", qPrintable(model), format, simulated,
                  100 * (written / simulated - 1));
            QVERIFY(std::abs(written / simulated - 1) <= 5e-4);
        }
    }
};

QTEST_GUILESS_MAIN(FamilyFoldersTest)
#include "family_folders_test.moc"
