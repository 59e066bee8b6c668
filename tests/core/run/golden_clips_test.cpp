// SPDX-License-Identifier: GPL-3.0-or-later
// The clips that the search chooses for the first block of every family under llm-awq's channel scales, against those
// of llm-awq's own search. Its very scales, because a group whose ends are both clamped has its zero point on the
// boundary between two codes: the last bit of the channel scale decides there, and with it which clip wins. One last
// bit more or less in all scales changes about a tenth of llm-awq's own choices at 3 bits.
#include <QtTest>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "core/model/tensor_source.h"
#include "tests/support/shared_data.h"
#include "tests/support/torch/clip_probe.h"
#include "tests/support/zoo_models.h"

using namespace awq;
namespace fs = std::filesystem;

class GoldenClipsTest : public QObject {
    Q_OBJECT

    static std::vector<float> valuesOf(const core::TensorSource& golden, const std::string& name) {
        const core::TensorBytes bytes = golden.read(name);
        const auto values = bytes.as<float>();
        return {values.begin(), values.end()};
    }

    static std::vector<test::GivenScale> scalesOf(const nlohmann::json& groups, const core::TensorSource& golden) {
        std::vector<test::GivenScale> scales;
        for (std::size_t i = 0; i < groups.size(); ++i)
            if (groups[i].at("block") == 0)
                scales.push_back({groups[i].at("layers"), valuesOf(golden, "scale." + std::to_string(i))});
        return scales;
    }

    static std::size_t differences(const std::vector<float>& found, const std::vector<float>& expected) {
        std::size_t count = 0;
        for (std::size_t i = 0; i < expected.size(); ++i)
            count += std::abs(found.at(i) / expected[i] - 1) > 1e-3F; // fractions are 5 % and more apart
        return count;
    }

private slots:
    void clipsAreThoseOfTheReference_data() { test::addZooModels(); }
    void clipsAreThoseOfTheReference() {
        QFETCH(QString, model);
        AWQ_REQUIRE_SHARED(zoo, "zoo");
        AWQ_REQUIRE_SHARED(goldens, "golden");
        for (const int bits : {3, 4}) {
            const fs::path stem = goldens / (model.toStdString() + "-w" + std::to_string(bits) + "g64");
            if (!fs::exists(stem.string() + ".json"))
                continue;
            std::ifstream file(stem.string() + ".json");
            const auto groups = nlohmann::json::parse(file).at("groups");
            const fs::path tensors = stem.string() + ".safetensors";
            const core::TensorSource golden = core::TensorSource::open(tensors);
            for (const bool products : {true, false}) {
                const auto clips =
                    test::clipsOfFirstBlock(zoo / model.toStdString(), test::readIds(tensors, "calib_ids"),
                                            scalesOf(groups, golden), {bits, 64, products});
                compare(clips, golden, QString("%1 w%2%3").arg(model).arg(bits).arg(products ? " products" : ""));
            }
        }
    }

private:
    static void compare(const std::map<std::string, std::vector<float>>& clips, const core::TensorSource& golden,
                        const QString& label) {
        std::size_t compared = 0, different = 0;
        for (const auto& [linear, limits] : clips)
            for (const core::TensorInfo& tensor : golden.tensors())
                if (tensor.name.starts_with("clip.") && tensor.name.ends_with(".0." + linear)) {
                    compared += limits.size();
                    different += differences(limits, valuesOf(golden, tensor.name));
                }
        qInfo("%s: %zu of %zu clips differ", qPrintable(label), different, compared);
        QVERIFY(compared > 0);
        QVERIFY(double(different) <= 0.002 * double(compared));
    }
};

QTEST_GUILESS_MAIN(GoldenClipsTest)
#include "golden_clips_test.moc"
