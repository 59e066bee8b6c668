// SPDX-License-Identifier: GPL-3.0-or-later
// Opening model folders: what is read from the headers, which layouts are accepted, and what is said about broken ones.
#include <QtTest>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/model/families/family_lookup.h"
#include "core/model/model_folder.h"
#include "tests/support/expect_error.h"
#include "tests/support/family_variants.h"
#include "tests/support/files.h"
#include "tests/support/packed_model.h"
#include "tests/support/random_model.h"
#include "tests/support/tiny_model.h"

using namespace awq;
using core::ModelFolder;
namespace fs = std::filesystem;

class ModelFolderTest : public QObject {
    Q_OBJECT

    QTemporaryDir m_dir;

    fs::path in(const std::string& name) const { return fs::path(m_dir.path().toStdString()) / name; }

    // A tiny Llama after a change of its tensors.
    template <typename Change>
    fs::path changed(const std::string& name, Change change, const test::TinyModelOptions& options = {}) const {
        std::vector<test::StoredTensor> tensors = test::tinyModelTensors(options);
        change(tensors);
        test::writeTensorFile(in(name) / "model.safetensors", tensors);
        test::writeTinyConfig(in(name), options);
        return in(name);
    }

    static void renamePrefix(std::vector<test::StoredTensor>& tensors, const std::string& from, const std::string& to) {
        for (test::StoredTensor& tensor : tensors)
            if (tensor.name.starts_with(from))
                tensor.name = to + tensor.name.substr(from.size());
    }

    static test::StoredTensor& find(std::vector<test::StoredTensor>& tensors, const std::string& name) {
        return *std::find_if(tensors.begin(), tensors.end(), [&](const auto& tensor) { return tensor.name == name; });
    }

    static bool refusedFolder(const fs::path& folder, std::string_view text) {
        return test::refused(test::caughtError([&] { ModelFolder::open(folder); }), text);
    }

    static std::string llamaWith(const std::string& rest) {
        return test::json("{'architectures': ['LlamaForCausalLM'], 'vocab_size': 64, 'hidden_size': 48, "
                          "'intermediate_size': 64, 'num_hidden_layers': 2, 'num_attention_heads': 4" +
                          rest + "}");
    }

private slots:
    void readsTheHeaders() {
        const ModelFolder folder = ModelFolder::open(test::writeTinyModel(in("plain"), {.shards = 2}));
        QCOMPARE(folder.family(), std::string("llama"));
        QCOMPARE(folder.architecture(), std::string("LlamaForCausalLM"));
        QCOMPARE(folder.blockCount(), 2);
        QVERIFY(folder.dtype() == core::DType::F16);
        QCOMPARE(folder.tokenizerFile(), std::string("tokenizer.json"));
        QVERIFY(!folder.tied());
        QVERIFY(!folder.quantized());
        folder.requireFloat();
        // hidden 128, intermediate 256, vocabulary 272
        const std::int64_t block = 4 * 128 * 128 + 3 * 128 * 256 + 2 * 128;
        QCOMPARE(folder.parameters(), 2 * block + 2 * 272 * 128 + 128);
        QCOMPARE(folder.bytes(), 2 * folder.parameters());
        QCOMPARE(folder.blockTensor(1, "mlp.up_proj.weight"), std::string("model.layers.1.mlp.up_proj.weight"));
        QCOMPARE(folder.blockTensors(1).size(), std::size_t(9));
    }

    void listsLinearsInForwardOrder() {
        const ModelFolder folder = ModelFolder::open(test::writeTinyModel(in("linears")));
        std::vector<std::string> names;
        for (const core::ModelLinear& linear : folder.linears())
            names.push_back(linear.fullName);
        QCOMPARE(names.size(), std::size_t(14));
        QCOMPARE(names[0], std::string("model.layers.0.self_attn.q_proj"));
        QCOMPARE(names[6], std::string("model.layers.0.mlp.down_proj"));
        QCOMPARE(folder.linears()[6].rows, std::int64_t(128));
        QCOMPARE(folder.linears()[6].columns, std::int64_t(256));
        QCOMPARE(folder.linears()[7].block, 1);
    }

    void clipsWhatTheReferenceClips() {
        for (const char* name :
             {"self_attn.v_proj", "self_attn.o_proj", "mlp.up_proj", "attn.c_attn", "mlp.dense_4h_to_h"})
            QVERIFY(core::clippedByReference(name));
        for (const char* name : {"self_attn.q_proj", "self_attn.k_proj", "self_attention.query_key_value", "attn.Wqkv",
                                 "block_sparse_moe.experts.0.w1"})
            QVERIFY(!core::clippedByReference(name));
    }

    void acceptsEveryPrefix_data() {
        QTest::addColumn<QString>("decoder");
        QTest::addColumn<QString>("head");
        QTest::newRow("none") << ""
                              << "";
        QTest::newRow("vision-language, Transformers 4") << "language_model.model."
                                                         << "language_model.";
        QTest::newRow("vision-language, Transformers 5") << "model.language_model."
                                                         << "";
    }
    void acceptsEveryPrefix() {
        QFETCH(QString, decoder);
        QFETCH(QString, head);
        const fs::path path = changed("prefix" + decoder.toStdString(), [&](auto& tensors) {
            renamePrefix(tensors, "model.", decoder.toStdString());
            renamePrefix(tensors, "lm_head.", head.toStdString() + "lm_head.");
        });
        const ModelFolder folder = ModelFolder::open(path);
        QCOMPARE(folder.linears().front().fullName, decoder.toStdString() + "layers.0.self_attn.q_proj");
        QCOMPARE(folder.spec().head.linear.name, head.toStdString() + "lm_head");
    }

    void everyPageOpensUnderItsRoots_data() {
        QTest::addColumn<int>("index");
        const auto variants = test::familyVariants();
        for (std::size_t i = 0; i < variants.size(); ++i)
            QTest::newRow(variants[i].name.c_str()) << int(i);
    }
    void everyPageOpensUnderItsRoots() {
        QFETCH(int, index);
        const test::FamilyVariant variant = test::familyVariants()[std::size_t(index)];
        const core::FamilyMatch family =
            core::findFamily(core::Config::fromJson(nlohmann::json::parse(variant.config), ""));
        for (std::size_t root = 0; root < family.page.roots.size(); ++root) {
            const fs::path path = test::writeRandomModel(in(variant.name + std::to_string(root)), variant.config, root);
            const ModelFolder folder = ModelFolder::open(path);
            QCOMPARE(folder.family(), family.page.name);
            QVERIFY(folder.spec().blockPrefix.starts_with(family.page.roots[root].decoder));
            QVERIFY(folder.warnings().empty());
        }
    }

    void findsTheLanguageModelOfAVisionModel_data() {
        QTest::addColumn<QString>("architecture");
        QTest::addColumn<QString>("nested");
        QTest::addColumn<QString>("inner");
        QTest::newRow("llava") << "LlavaForConditionalGeneration"
                               << "text_config"
                               << "'model_type': 'llama'";
        QTest::newRow("internvl") << "InternVLForConditionalGeneration"
                                  << "text_config"
                                  << "'model_type': 'qwen2'";
        QTest::newRow("internvl original") << "InternVLChatModel"
                                           << "llm_config"
                                           << "'architectures': ['InternLM2ForCausalLM']";
    }
    void findsTheLanguageModelOfAVisionModel() {
        QFETCH(QString, architecture);
        QFETCH(QString, nested);
        QFETCH(QString, inner);
        const std::string config =
            test::json("{'architectures': ['" + architecture.toStdString() + "'], '" + nested.toStdString() + "': {" +
                       inner.toStdString() +
                       ", 'vocab_size': 64, 'hidden_size': 48, 'intermediate_size': 64, 'num_hidden_layers': 1, "
                       "'num_attention_heads': 4}}");
        const ModelFolder folder = ModelFolder::open(test::writeRandomModel(in(architecture.toStdString()), config, 1));
        QCOMPARE(folder.architecture(), architecture.toStdString());
        QCOMPARE(folder.config().integer({"hidden_size"}), std::int64_t(48));
        QVERIFY(folder.linears().front().fullName.starts_with("language_model.model.layers.0."));
    }

    void headTiedOrMissing() {
        const test::TinyModelOptions tied{.tiedEmbeddings = true};
        QVERIFY(ModelFolder::open(test::writeTinyModel(in("tied"), tied)).tied());
        const auto removeHead = [](auto& tensors) {
            std::erase_if(tensors, [](const auto& tensor) { return tensor.name == "lm_head.weight"; });
        };
        QVERIFY(refusedFolder(changed("headless", removeHead), "'lm_head.weight' [272, 128] is missing"));
    }

    void ignoresBuffersOfOldCheckpoints() {
        const fs::path path = changed("buffers", [](auto& tensors) {
            tensors.push_back(
                test::storedTensor("model.layers.0.self_attn.rotary_emb.inv_freq", core::DType::F32, {2}, {1, 0.5}));
        });
        QCOMPARE(ModelFolder::open(path).blockCount(), 2);
    }

    void refusesWhatIsNoModelFolder() {
        QVERIFY(refusedFolder(in("nowhere"), "no such folder"));
        QVERIFY(refusedFolder(test::writeFile(in("a-file"), "x"), "not a model folder"));
        fs::create_directories(in("empty"));
        QVERIFY(refusedFolder(in("empty"), "config.json is missing"));
        test::writeFile(in("vila/llm/config.json"), "{}");
        QVERIFY(refusedFolder(in("vila"), "vila/llm"));
        test::writeFile(in("broken/config.json"), "{\"architectures\": [");
        QVERIFY(refusedFolder(in("broken"), "invalid JSON"));
    }

    void refusesUnknownArchitectures() {
        test::writeTinyModel(in("unknown"));
        test::writeFile(in("unknown/config.json"), test::json("{'architectures': ['MambaForCausalLM']}"));
        QVERIFY(refusedFolder(in("unknown"), "unknown architecture 'MambaForCausalLM'"));
        QVERIFY(refusedFolder(in("unknown"), "LlamaForCausalLM, MistralForCausalLM"));
        test::writeFile(in("unknown/config.json"), "{}");
        QVERIFY(refusedFolder(in("unknown"), "neither 'architectures' nor 'model_type'"));
    }

    void refusesSettingsItCannotHonour_data() {
        QTest::addColumn<QString>("setting");
        QTest::addColumn<QString>("named");
        QTest::newRow("activation") << "'hidden_act': 'xielu'"
                                    << "'hidden_act' = \"xielu\"";
        QTest::newRow("rope") << "'rope_scaling': {'rope_type': 'new'}"
                              << "'rope_type' = \"new\"";
        QTest::newRow("multiplier") << "'residual_multiplier': 0.22"
                                    << "'residual_multiplier' = 0.22";
        QTest::newRow("heads") << "'num_key_value_heads': 3"
                               << "'num_key_value_heads' = 3";
        QTest::newRow("size") << "'head_dim': -8"
                              << "'head_dim' = -8";
        QTest::newRow("theta") << "'rope_theta': 0"
                               << "'rope_theta' = 0";
        QTest::newRow("factor") << "'rope_scaling': {'type': 'linear', 'factor': 0}"
                                << "'factor' = 0";
        QTest::newRow("partial") << "'partial_rotary_factor': 1.5"
                                 << "'partial_rotary_factor' = 1.5";
        QTest::newRow("huge") << "'head_dim': 1e300"
                              << "'head_dim'";
        QTest::newRow("layers") << "'layer_types': ['full_attention', 'chunked_attention']"
                                << "chunked_attention";
        QTest::newRow("experts") << "'num_local_experts': 8"
                                 << "'num_local_experts' = 8";
    }
    void refusesSettingsItCannotHonour() {
        QFETCH(QString, setting);
        QFETCH(QString, named);
        const fs::path path = test::writeRandomModel(in("setting"), llamaWith(""));
        QCOMPARE(ModelFolder::open(path).warnings().size(), std::size_t(0));
        test::writeFile(path / "config.json", llamaWith(", " + setting.toStdString()));
        QVERIFY(refusedFolder(path, named.toStdString()));
    }

    void refusesCountsBeyondReason() {
        const fs::path path = test::writeRandomModel(in("count"), llamaWith(""));
        std::string config = llamaWith("");
        config.replace(config.find("layers\": 2"), 10, "layers\": 2000000000");
        test::writeFile(path / "config.json", config);
        QVERIFY(refusedFolder(path, "between 1 and 512"));
    }

    void mentionsSettingsItDoesNotKnow() {
        const fs::path path = test::writeRandomModel(in("strange"), llamaWith(", 'strange': 7"));
        QCOMPARE(ModelFolder::open(path).warnings().size(), std::size_t(1));
        QVERIFY(ModelFolder::open(path).warnings().front().find("'strange'") != std::string::npos);
    }

    void refusesMissingAndMisshapenTensors() {
        const std::string name = "model.layers.1.mlp.up_proj.weight";
        QVERIFY(refusedFolder(
            changed("missing",
                    [&](auto& tensors) { std::erase_if(tensors, [&](const auto& t) { return t.name == name; }); }),
            "'" + name + "' [256, 128] is missing"));
        QVERIFY(refusedFolder(changed("shape",
                                      [&](auto& tensors) {
                                          find(tensors, name).shape = {128, 256};
                                      }),
                              "the shape [128, 256], expected [256, 128]"));
        QVERIFY(refusedFolder(changed("type",
                                      [&](auto& tensors) {
                                          find(tensors, name) = test::storedTensor(name, core::DType::I32, {256, 128},
                                                                                   std::vector<double>(256 * 128));
                                      }),
                              "has the type I32"));
        QVERIFY(refusedFolder(changed("extra",
                                      [](auto& tensors) {
                                          tensors.push_back(test::storedTensor("model.layers.0.self_attn.q_norm.weight",
                                                                               core::DType::F32, {64},
                                                                               std::vector<double>(64)));
                                      }),
                              "'model.layers.0.self_attn.q_norm.weight' [64] is not part of this architecture"));
        const fs::path blocks = changed("blocks", [](auto&) {});
        test::writeTinyConfig(blocks, {.blocks = 3});
        QVERIFY(refusedFolder(blocks, "'model.layers.2.input_layernorm.weight' [128] is missing"));
        test::writeTinyConfig(blocks, {.blocks = 1});
        QVERIFY(refusedFolder(blocks, "model.layers.1."));
    }

    void knowsQuantizedFolders() {
        const fs::path model = test::writeTinyModel(in("float"));
        const ModelFolder plain = ModelFolder::open(model);
        test::writePackedModel(in("packed"), model);
        const ModelFolder packed = ModelFolder::open(in("packed"));
        QVERIFY(packed.quantized().has_value());
        QCOMPARE(packed.quantized()->label(), std::string("awq-gemm w4g64"));
        QCOMPARE(packed.parameters(), plain.parameters());
        QVERIFY(packed.bytes() < plain.bytes() / 2);
        QVERIFY(test::refused(test::caughtError([&] { packed.requireFloat(); }), "quantized already (awq-gemm w4g64)"));
    }
};

QTEST_GUILESS_MAIN(ModelFolderTest)
#include "model_folder_test.moc"
