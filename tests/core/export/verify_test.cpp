// SPDX-License-Identifier: GPL-3.0-or-later
// Verification finds every damage that is done to a written checkpoint, and nothing in a sound one.
#include <QTemporaryDir>
#include <QtTest>
#include <nlohmann/json.hpp>

#include "core/export/safetensors_writer.h"
#include "core/export/verify.h"
#include "core/json_text.h"
#include "core/model/float_values.h"
#include "core/model/tensor_source.h"
#include "tests/support/expect_error.h"
#include "tests/support/files.h"
#include "tests/support/quantized_model.h"
#include "tests/support/shared_data.h"
#include "tests/support/tiny_model.h"

using namespace awq;
using core::DType;
using core::TensorSource;
using core::verifyFolder;
namespace fs = std::filesystem;

class VerifyTest : public QObject {
    Q_OBJECT

    QTemporaryDir m_dir;
    fs::path m_model, m_gemm;
    core::Manifest m_manifest;

    fs::path in(const std::string& name) const { return fs::path(m_dir.path().toStdString()) / name; }

    // The report in one text: "tensor: what; ...".
    static std::string text(const core::VerifyReport& report) {
        std::string all;
        for (const auto& mismatch : report.mismatches)
            all += mismatch.tensor + ": " + mismatch.what + "; ";
        return all;
    }

    struct Tensor {
        core::TensorSpec spec;
        std::vector<std::byte> bytes;
    };
    using Tensors = std::map<std::string, Tensor>;

    // A copy of the gemm folder whose tensors went through `change`.
    fs::path damaged(const std::function<void(Tensors&)>& change) const {
        const auto source = TensorSource::open(m_gemm);
        Tensors tensors;
        for (const auto& info : source.tensors()) {
            const auto bytes = source.read(info.name).bytes;
            tensors[info.name] = {{info.name, info.dtype, info.shape}, {bytes.begin(), bytes.end()}};
        }
        change(tensors);
        std::vector<core::NamedTensor> named;
        for (const auto& [name, tensor] : tensors)
            named.push_back({tensor.spec, tensor.bytes});
        test::writeFile(in("damaged/config.json"), test::readFile(m_gemm / "config.json"));
        core::writeSafetensors(in("damaged/model.safetensors"), named);
        return in("damaged");
    }

    // Multiplies the values of a float tensor.
    static void scale(Tensor& tensor, const std::function<float(std::size_t)>& factor) {
        core::TensorBytes view{nullptr, tensor.bytes, tensor.spec.dtype, tensor.spec.shape};
        auto values = core::toFloats(view);
        for (std::size_t i = 0; i < values.size(); ++i)
            values[i] *= factor(i);
        const auto result = core::fromFloats(values, tensor.spec.dtype, tensor.spec.shape);
        tensor.bytes.assign(result.bytes.begin(), result.bytes.end());
    }

    static constexpr const char* victim = "model.layers.1.self_attn.q_proj";

private slots:
    void initTestCase() {
        test::TinyModelOptions options;
        options.shards = 2;
        m_model = test::writeTinyModel(in("model"), options);
        m_gemm = in("gemm");
        m_manifest = test::writeQuantizedModel(m_model, m_gemm, "awq-gemm", 4, 64);
    }

    void soundFoldersPass_data() {
        QTest::addColumn<QString>("format");
        QTest::addColumn<int>("bits");
        for (const auto& [format, bits] :
             {std::pair("awq-gemm", 4), std::pair("llm-awq", 4), std::pair("compressed-tensors", 4),
              std::pair("compressed-tensors", 3), std::pair("simulated", 3)})
            QTest::addRow("%s %d", format, bits) << format << bits;
    }

    void soundFoldersPass() {
        QFETCH(QString, format);
        QFETCH(int, bits);
        const fs::path out = in(std::string("sound-") + QTest::currentDataTag());
        const auto manifest = test::writeQuantizedModel(m_model, out, format.toStdString(), bits, 64, DType::BF16);
        QCOMPARE(text(core::verifyWritten(out, manifest)), std::string());
        const auto report = verifyFolder(out, m_model);
        QCOMPARE(text(report), std::string());
        QCOMPARE(report.tensors, std::int64_t(manifest.size()));
        QCOMPARE(text(verifyFolder(out)), std::string());
    }

    void floatFoldersPass() { QCOMPARE(text(verifyFolder(m_model, m_model)), std::string()); }

    void writtenBytesAreCompared() {
        const auto finds = [&](const std::function<void(Tensors&)>& change, const std::string& what) {
            const std::string found = text(core::verifyWritten(damaged(change), m_manifest));
            QVERIFY2(found.find(what) != std::string::npos, ("expected " + what + ", found: " + found).c_str());
        };
        const std::string name = std::string(victim) + ".qweight";
        finds([&](Tensors& t) { t.at(name).bytes[1000] ^= std::byte{1}; }, name + ": the bytes are not");
        finds([&](Tensors& t) { t.erase(name); }, name + ": missing");
        finds([&](Tensors& t) { t["stray"] = {{"stray", DType::U8, {0}}, {}}; }, "stray: nobody wrote");
        finds([&](Tensors& t) { std::swap(t.at(name).spec.shape[0], t.at(name).spec.shape[1]); },
              name + ": is I32 [16, 128] instead of I32 [128, 16]");
        QCOMPARE(text(core::verifyWritten(damaged([](Tensors&) {}), m_manifest)), std::string());
        const auto gone = core::verifyWritten(in("nowhere"), m_manifest);
        QVERIFY(!gone.ok() && text(gone).find("no such file") != std::string::npos);
    }

    void damageIsFoundWithoutTheFloatModel() {
        const auto finds = [&](const std::function<void(Tensors&)>& change, const std::string& what) {
            const std::string found = text(verifyFolder(damaged(change)));
            QVERIFY2(found.find(what) != std::string::npos, ("expected " + what + ", found: " + found).c_str());
        };
        const std::string name = victim;
        finds([&](Tensors& t) { t.erase(name + ".qzeros"); }, name + ": tensor '" + name + ".qzeros' is missing");
        finds([&](Tensors& t) { t.erase(name + ".qweight"); },
              name + ".scales: part of a packed linear whose codes are missing");
        finds([&](Tensors& t) { std::erase_if(t, [&](const auto& item) { return item.first.starts_with(name); }); },
              name + ".weight: missing, other blocks");
        finds(
            [&](Tensors& t) {
                std::erase_if(t, [&](const auto& item) { return item.first.starts_with("model.layers.1."); });
            },
            "model.layers.1: the whole block is missing");
        finds(
            [&](Tensors& t) { scale(t.at(name + ".scales"), [](std::size_t i) { return i == 70 ? INFINITY : 1.0f; }); },
            name + ": the group scale of row 70, group 0 is inf");
        finds([&](Tensors& t) { scale(t.at(name + ".scales"), [](std::size_t i) { return i == 70 ? 0.0f : 1.0f; }); },
              "is 0.0");
        finds([&](Tensors& t) { scale(t.at("model.norm.weight"), [](std::size_t i) { return i == 2 ? NAN : 1.0f; }); },
              "model.norm.weight: value 2 is not finite");
        finds(
            [&](Tensors& t) {
                t[name + ".weight"] = {{name + ".weight", DType::U8, {0}}, {}};
            },
            "packed and in float");
        finds(
            [&](Tensors& t) {
                t["model.norm.scales"] = {{"model.norm.scales", DType::F16, {0}}, {}};
            },
            "model.norm.scales: part of a packed linear");
        finds([&](Tensors& t) { t.at(name + ".qweight").spec.shape = {64, 32}; }, name);
    }

    void damageIsFoundAgainstTheFloatModel() {
        const auto finds = [&](const std::function<void(Tensors&)>& change, const std::string& what) {
            const std::string found = text(verifyFolder(damaged(change), m_model));
            QVERIFY2(found.find(what) != std::string::npos, ("expected " + what + ", found: " + found).c_str());
        };
        const std::string name = victim;
        finds([&](Tensors& t) { t.erase("model.norm.weight"); }, "model.norm.weight: missing, the float model has it");
        finds(
            [&](Tensors& t) {
                t["stray"] = {{"stray", DType::U8, {0}}, {}};
            },
            "stray: the float model has no such tensor");
        finds(
            [&](Tensors& t) {
                t.at("model.norm.weight").spec.shape = {1, 128};
            },
            "model.norm.weight: shape [1, 128]");
        // zero points one too high, as in GPTQ's convention
        finds(
            [&](Tensors& t) {
                for (std::byte& byte : t.at(name + ".qzeros").bytes)
                    byte = std::byte(std::uint8_t(byte) + 0x11);
            },
            name + ": ");
        // another nibble order
        finds(
            [&](Tensors& t) {
                for (std::byte& byte : t.at(name + ".qweight").bytes)
                    byte = (byte << 4) | (byte >> 4);
            },
            name + ": ");
        finds(
            [&](Tensors& t) {
                std::swap(t.at(name + ".qweight"), t.at("model.layers.0.self_attn.q_proj.qweight"));
                std::swap(t.at(name + ".qweight").spec.name, t.at("model.layers.0.self_attn.q_proj.qweight").spec.name);
            },
            name + ": ");
        finds(
            [&](Tensors& t) {
                std::ranges::rotate(t.at("model.embed_tokens.weight").bytes,
                                    t.at("model.embed_tokens.weight").bytes.begin() + 256);
            },
            "model.embed_tokens.weight: ");
    }

    void foldedScalesAreNoDamage() {
        // columns of q, k and v times s, the norm before them divided by s: the checkpoint of a scaled model
        const auto factor = [](std::size_t channel) { return 0.25f + float(channel % 7); };
        const auto folded = in("folded-float");
        auto tensors = test::tinyModelTensors({});
        std::vector<core::NamedTensor> named;
        std::map<std::string, Tensor> changed;
        for (const auto& tensor : tensors) {
            const auto bytes = std::as_bytes(std::span(tensor.bytes));
            changed[tensor.name] = {{tensor.name, tensor.dtype, tensor.shape}, {bytes.begin(), bytes.end()}};
        }
        for (auto& [name, tensor] : changed) {
            if (name.ends_with("input_layernorm.weight"))
                scale(tensor, [&](std::size_t i) { return 1 / factor(i); });
            if (name.ends_with("q_proj.weight") || name.ends_with("k_proj.weight") || name.ends_with("v_proj.weight"))
                scale(tensor, [&](std::size_t i) { return factor(i % 128); });
            if (name.ends_with("up_proj.weight")) // its rows are divided when down_proj is scaled: four decades apart
                scale(tensor, [&](std::size_t i) { return std::pow(10.0f, float(i / 128 % 5) - 2); });
            named.push_back({tensor.spec, tensor.bytes});
        }
        test::writeTinyConfig(folded, {});
        core::writeSafetensors(folded / "model.safetensors", named);
        test::writeQuantizedModel(folded, in("folded"), "awq-gemm", 4, 64);
        QCOMPARE(text(verifyFolder(in("folded"), m_model)), std::string());
    }

    void tiedHeadsMayBeLeftOut() {
        const auto source = TensorSource::open(m_model);
        std::vector<core::NamedTensor> with, without;
        for (const auto& info : source.tensors()) {
            if (info.name == "lm_head.weight")
                continue;
            with.push_back({{info.name, info.dtype, info.shape}, source.read(info.name).bytes});
        }
        without = with;
        with.push_back({{"lm_head.weight", source.at("model.embed_tokens.weight").dtype,
                         source.at("model.embed_tokens.weight").shape},
                        source.read("model.embed_tokens.weight").bytes});
        for (const auto& [name, tensors] : {std::pair("tied-with", with), std::pair("tied-without", without)}) {
            test::writeFile(in(name) / "config.json", test::readFile(m_model / "config.json"));
            core::writeSafetensors(in(name) / "model.safetensors", tensors);
        }
        QCOMPARE(text(verifyFolder(in("tied-without"), in("tied-with"))), std::string());
        QCOMPARE(text(verifyFolder(in("tied-with"), in("tied-without"))), std::string());
    }

    void unreadableFoldersAreMismatches() {
        QVERIFY(!verifyFolder(in("nowhere")).ok());
        const auto path = damaged([](Tensors&) {});
        fs::resize_file(path / "model.safetensors", fs::file_size(path / "model.safetensors") - 1);
        const std::string found = text(verifyFolder(path));
        QVERIFY2(found.find("truncated") != std::string::npos, found.c_str());
        AWQ_EXPECT_ERROR(verifyFolder(m_gemm, in("nowhere")), core::ErrorCode::badInput, "nowhere");
    }

    void stops() {
        std::stop_source stop;
        stop.request_stop();
        AWQ_EXPECT_ERROR(verifyFolder(m_gemm, m_model, stop.get_token()), core::ErrorCode::cancelled, "cancelled");
        AWQ_EXPECT_ERROR(core::verifyWritten(m_gemm, m_manifest, stop.get_token()), core::ErrorCode::cancelled,
                         "cancelled");
    }

    void theZooPasses() {
        AWQ_REQUIRE_SHARED(zoo, "zoo");
        for (const char* name : {"llama3-tiny", "opt-tiny", "qwen2-tiny", "bloom-tiny"}) {
            test::writeQuantizedModel(zoo / name, in(std::string("zoo-") + name), "awq-gemm", 4, 64);
            QCOMPARE(text(verifyFolder(in(std::string("zoo-") + name), zoo / name)), std::string());
        }
    }
};

QTEST_GUILESS_MAIN(VerifyTest)
#include "verify_test.moc"
