// SPDX-License-Identifier: GPL-3.0-or-later
// Decode steps recorded on a GPU: the greedy tokens of a packed model in float16 are those that its codes stand for in
// float32 on the CPU, for every wiring, position and kind of head that the kernels cover.
#include <QTemporaryDir>
#include <QtTest>

#include "core/device.h"
#include "tests/support/files.h"
#include "tests/support/quantized_model.h"
#include "tests/support/random_model.h"
#include "tests/support/torch/generator_probe.h"

using namespace awq;

namespace {

constexpr std::int64_t steps = 64;
constexpr double tolerance = 0.05; // of logits of the order of one; float16 against float32
const std::vector<std::int64_t> prompt = {3, 141, 59, 26, 53};

struct Folders {
    QTemporaryDir root;
    std::filesystem::path packed;

    explicit Folders(const QString& config) {
        const std::filesystem::path path = root.path().toStdString();
        test::writeRandomModel(path / "float", test::json("{" + config.toStdString() + "}"));
        packed = path / "packed";
        test::writeQuantizedModel(path / "float", packed, "compressed-tensors", 4, 64);
    }
};

} // namespace

class RecordedGenerationTest : public QObject {
    Q_OBJECT

private slots:
    void greedyTokens_data() {
        QTest::addColumn<QString>("config");
        QTest::newRow("llama, shared keys")
            << "'model_type':'llama','architectures':['LlamaForCausalLM'],'hidden_size':256,'intermediate_size':512,"
               "'num_hidden_layers':2,'num_attention_heads':4,'num_key_value_heads':2,'vocab_size':320,"
               "'max_position_embeddings':128,'rms_norm_eps':1e-5,'hidden_act':'silu','tie_word_embeddings':false";
        QTest::newRow("qwen2, biases")
            << "'model_type':'qwen2','architectures':['Qwen2ForCausalLM'],'hidden_size':256,'intermediate_size':512,"
               "'num_hidden_layers':2,'num_attention_heads':4,'num_key_value_heads':2,'vocab_size':320,"
               "'max_position_embeddings':128,'rms_norm_eps':1e-6,'hidden_act':'silu','tie_word_embeddings':true";
        QTest::newRow("qwen3, norms of heads")
            << "'model_type':'qwen3','architectures':['Qwen3ForCausalLM'],'hidden_size':256,'intermediate_size':512,"
               "'num_hidden_layers':2,'num_attention_heads':4,'num_key_value_heads':4,'head_dim':64,'vocab_size':320,"
               "'max_position_embeddings':128,'rms_norm_eps':1e-6,'hidden_act':'silu','tie_word_embeddings':false";
        QTest::newRow("opt, learned positions, relu")
            << "'model_type':'opt','architectures':['OPTForCausalLM'],'hidden_size':256,'ffn_dim':512,"
               "'num_hidden_layers':2,'num_attention_heads':4,'vocab_size':320,'max_position_embeddings':128,"
               "'word_embed_proj_dim':256,'do_layer_norm_before':true,'activation_function':'relu'";
        QTest::newRow("gpt-neox, parallel, grouped rows, part of a head turns")
            << "'model_type':'gpt_neox','architectures':['GPTNeoXForCausalLM'],'hidden_size':256,"
               "'intermediate_size':512,'num_hidden_layers':2,'num_attention_heads':4,'vocab_size':320,"
               "'max_position_embeddings':128,'rotary_pct':0.25,'rotary_emb_base':10000,'hidden_act':'gelu',"
               "'use_parallel_residual':true,'layer_norm_eps':1e-5,'tie_word_embeddings':false";
        QTest::newRow("falcon, one key head, no second norm")
            << "'model_type':'falcon','architectures':['FalconForCausalLM'],'hidden_size':256,"
               "'num_hidden_layers':2,'num_attention_heads':4,'vocab_size':320,'multi_query':true,"
               "'parallel_attn':true,'new_decoder_architecture':false,'bias':false,'alibi':false,"
               "'layer_norm_epsilon':1e-5";
        QTest::newRow("mpt, alibi")
            << "'model_type':'mpt','architectures':['MPTForCausalLM'],'d_model':256,'n_heads':4,'n_layers':2,"
               "'expansion_ratio':2,'vocab_size':320,'max_seq_len':128,'no_bias':true,"
               "'attn_config':{'alibi':true,'alibi_bias_max':8,'attn_impl':'torch'}";
    }

    void greedyTokens() {
        QFETCH(QString, config);
        if (core::listDevices().size() < 2)
            QSKIP("skipped: no GPU");
        const Folders folders(config);
        QVERIFY(test::recordsTokens(folders.packed, "cuda:0"));
        verifySame(test::comparePacked(folders.packed, prompt, steps, tolerance, "cuda:0"), tolerance);
    }

    // The same models without a recording, in float32.
    void greedyTokensOnTheCpu_data() { greedyTokens_data(); }
    void greedyTokensOnTheCpu() {
        QFETCH(QString, config);
        const Folders folders(config);
        QVERIFY(!test::recordsTokens(folders.packed, "cpu"));
        verifySame(test::comparePacked(folders.packed, prompt, steps, 1e-4), 1e-4);
    }

private:
    static void verifySame(const test::PackedComparison& found, double allowed) {
        qInfo("%lld ties in %lld tokens, largest difference of logits %.3g", static_cast<long long>(found.ties),
              static_cast<long long>(found.steps), found.largestDifference);
        QCOMPARE(found.others, 0);
        QVERIFY(found.ties <= 6);
        QVERIFY(found.largestDifference <= allowed);
    }
};

QTEST_GUILESS_MAIN(RecordedGenerationTest)
#include "recorded_generation_test.moc"
