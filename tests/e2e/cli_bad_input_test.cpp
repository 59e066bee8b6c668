// SPDX-License-Identifier: GPL-3.0-or-later
// Every kind of bad input: the message names file, place and next step, the exit code is right, and nothing is written.
#include <QTemporaryDir>
#include <QtTest>

#include <sys/stat.h>
#include <unistd.h>

#include <functional>
#include <limits>
#include <nlohmann/json.hpp>

#include "tests/e2e/cli_process.h"
#include "tests/support/files.h"
#include "tests/support/small_disk.h"
#include "tests/support/tiny_model.h"
#include "tests/support/zip_bytes.h"

using namespace awq::test;
namespace fs = std::filesystem;

namespace {

// Changes a good model folder, and says what the message must contain.
struct BadModel {
    const char* name;
    std::function<void(const fs::path& model)> damage;
    QStringList says;
    QStringList extraWords = {};
};

using Json = nlohmann::ordered_json;

void editJson(const fs::path& file, const std::function<void(Json&)>& edit) {
    Json json = Json::parse(readFile(file));
    edit(json);
    writeFile(file, json.dump());
}

fs::path weights(const fs::path& model) {
    return model / "model.safetensors";
}

// Header edits keep the data; the header may grow.
void editHeader(const fs::path& file, const std::function<void(Json&)>& edit) {
    const std::string bytes = readFile(file);
    std::uint64_t length = 0;
    memcpy(&length, bytes.data(), sizeof length);
    Json header = Json::parse(bytes.substr(8, length));
    edit(header);
    writeFile(file, safetensorsBytes(header.dump(), bytes.substr(8 + length)));
}

void replaceWeight(const fs::path& model, const std::string& name, double value) {
    std::vector<StoredTensor> tensors = tinyModelTensors({});
    for (StoredTensor& tensor : tensors)
        if (tensor.name == name) {
            const StoredTensor bad = storedTensor("", tensor.dtype, {1}, {value});
            tensor.bytes.replace(200, bad.bytes.size(), bad.bytes);
        }
    writeTensorFile(weights(model), tensors);
}

std::string foreignPickle() {
    return zipBytes(
        {{"archive/data.pkl", pickle::file("(" + pickle::global("posix", "system") + pickle::text("echo harm") + "tR")},
         {"archive/version", "3\n"}});
}

std::vector<BadModel> badModels() {
    const char* overlapping = "model.layers.0.self_attn.k_proj.weight";
    return {
        {"not a model folder", [](const fs::path& m) { fs::remove(m / "config.json"); }, {"config.json"}},
        {"unknown architecture",
         [](const fs::path& m) {
             editJson(m / "config.json", [](Json& json) {
                 json["architectures"] = {"MarsForCausalLM"};
                 json["model_type"] = "mars";
             });
         },
         {"MarsForCausalLM", "LlamaForCausalLM", "config.json"}},
        {"config is no JSON",
         [](const fs::path& m) { writeFile(m / "config.json", "{\"hidden_size\": "); },
         {"config.json"}},
        {"config with absurd size",
         [](const fs::path& m) { editJson(m / "config.json", [](Json& json) { json["hidden_size"] = -5; }); },
         {"config.json", "hidden_size"}},
        {"no weights", [](const fs::path& m) { fs::remove(weights(m)); }, {"safetensors"}},
        {"shard missing",
         [](const fs::path& m) {
             writeTinyModel(m, {.shards = 3});
             fs::remove(weights(m));
             fs::remove(m / "model-00002-of-00003.safetensors");
         },
         {"model-00002-of-00003.safetensors"}},
        {"shard truncated",
         [](const fs::path& m) { fs::resize_file(weights(m), fs::file_size(weights(m)) - 1000); },
         {"model.safetensors"}},
        {"empty shard", [](const fs::path& m) { fs::resize_file(weights(m), 0); }, {"model.safetensors"}},
        {"overlapping offsets",
         [overlapping](const fs::path& m) {
             editHeader(weights(m), [&](Json& json) {
                 auto& offsets = json[overlapping]["data_offsets"];
                 offsets = {offsets[0].get<int>() - 64, offsets[1].get<int>() - 64};
             });
         },
         {"model.safetensors", "offset"}},
        {"header too long",
         [](const fs::path& m) { writeFile(weights(m), std::string(7, '\xff') + "\x7f{}"); },
         {"model.safetensors", "header"}},
        {"header cut", [](const fs::path& m) { fs::resize_file(weights(m), 100); }, {"model.safetensors"}},
        {"index outside the folder",
         [](const fs::path& m) {
             writeTinyModel(m, {.shards = 2});
             fs::remove(weights(m));
             editJson(m / "model.safetensors.index.json",
                      [](Json& json) { json["weight_map"]["model.norm.weight"] = "../../etc/passwd"; });
         },
         {"../../etc/passwd", "model.safetensors.index.json"}},
        {"tensor missing",
         [](const fs::path& m) {
             auto tensors = tinyModelTensors({});
             std::erase_if(tensors,
                           [](const StoredTensor& t) { return t.name == "model.layers.1.mlp.up_proj.weight"; });
             writeTensorFile(weights(m), tensors);
         },
         {"model.layers.1.mlp.up_proj.weight"}},
        {"wrong shape",
         [](const fs::path& m) { editJson(m / "config.json", [](Json& json) { json["intermediate_size"] = 320; }); },
         {"mlp.gate_proj.weight", "320"}},
        {"pickle with a foreign global",
         [](const fs::path& m) {
             fs::remove(weights(m));
             writeFile(m / "pytorch_model.bin", foreignPickle());
         },
         {"pytorch_model.bin", "posix.system"}},
        {"said to be quantized, but is not",
         [](const fs::path& m) {
             editJson(m / "config.json", [](Json& json) {
                 json["quantization_config"] = {{"quant_method", "awq"},
                                                {"bits", 4},
                                                {"group_size", 32},
                                                {"zero_point", true},
                                                {"version", "gemm"}};
             });
         },
         {"config.json says awq-gemm", ".qweight"}},
        {"tokenizer missing",
         [](const fs::path& m) {
             fs::remove(m / "tokenizer.json");
             fs::remove(m / "tokenizer_config.json");
         },
         {"tokenizer"}},
        {"tokenizer larger than the vocabulary",
         [](const fs::path& m) { writeTinyModel(m, {.vocabulary = 200}); },
         {"200", "tokenizer"}},
        {"tokenizer is no JSON", [](const fs::path& m) { writeFile(m / "tokenizer.json", "{"); }, {"tokenizer.json"}},
        {"NaN in a weight",
         [](const fs::path& m) {
             replaceWeight(m, "model.layers.1.mlp.up_proj.weight", std::numeric_limits<double>::quiet_NaN());
         },
         {"model.layers.1.mlp.up_proj", "not finite at [0, 100]"}},
        {"infinity in a weight",
         [](const fs::path& m) {
             replaceWeight(m, "model.layers.0.self_attn.q_proj.weight", std::numeric_limits<double>::infinity());
         },
         {"model.layers.0.self_attn.q_proj", "not finite at [0, 100]"}},
        {"group size that does not divide",
         [](const fs::path& m) { writeTinyModel(m, {.intermediate = 224}); },
         {"group size 64 does not divide", "model.layers.0.mlp.down_proj [128, 224]", "--group-size 32", "--exclude"},
         {"--group-size", "64"}},
    };
}

struct BadText {
    const char* name;
    const char* file;
    std::string contents;
    QStringList says;
    QStringList extraWords = {};
};

std::vector<BadText> badTexts() {
    return {
        {"missing", "", "", {"no-such-text.txt"}},
        {"empty", "empty.txt", "", {"empty.txt", "empty"}},
        {"blank", "blank.txt", " \n\n ", {"blank.txt"}},
        {"not UTF-8", "latin.txt", std::string(20'000, '\xe4'), {"latin.txt", "UTF-8"}},
        {"field absent", "a.jsonl", "{\"body\": \"some text\"}\n", {"a.jsonl", "'text'", "body", "--text-field"}},
        {"no JSON", "b.jsonl", "{\"text\": \"fine\"}\nnot json\n", {"b.jsonl", "line 2"}},
        {"fewer tokens than one window", "short.txt", "a few words", {"short.txt", "64", "--sequence-length"}},
        {"damaged archive", "c.jsonl.gz", "\x1f\x8b not really", {"c.jsonl.gz"}},
        {"damaged parquet", "d.parquet", "PAR1 not really PAR1", {"d.parquet"}},
        {"ids without their tensor", "e.safetensors", safetensorsBytes("{}", ""), {"e.safetensors", "calib_ids"}},
    };
}

QStringList namesIn(const fs::path& folder) {
    QStringList names;
    for (const auto& entry : fs::directory_iterator(folder))
        names << pathText(entry.path().filename());
    names.sort();
    return names;
}

} // namespace

class CliBadInputTest : public QObject {
    Q_OBJECT

    QTemporaryDir m_temporary;
    fs::path m_root, m_text;
    int m_cases = 0;

    // A folder of its own for one case, holding a good model.
    fs::path freshCase(const TinyModelOptions& options = {}) {
        const fs::path folder = m_root / ("case" + std::to_string(++m_cases));
        writeTinyModel(folder / "model", options);
        return folder;
    }

    QStringList quantizeWords(const fs::path& folder, const fs::path& text) const {
        return {"quantize",          pathText(folder / "model"),
                "--output",          pathText(folder / "out"),
                "--calibration",     pathText(text),
                "--group-size",      "32",
                "--samples",         "4",
                "--sequence-length", "64"};
    }

    static void verifyRefused(const CliRun& run, const QStringList& says, int code = 3) {
        QVERIFY2(run.exitCode == code, qPrintable(run.all()));
        QVERIFY2(run.err.contains("error: ") && run.err.contains("\n  where: ") && run.err.contains("\n  hint: "),
                 qPrintable(run.all()));
        for (const QString& text : says)
            QVERIFY2(run.err.contains(text), qPrintable("'" + text + "' is missing in: " + run.all()));
    }

private slots:
    void initTestCase() {
        m_root = m_temporary.path().toStdString();
        m_text = writeFile(m_root / "text.txt", tinyText(20'000));
    }

    void badModelsAreRefused_data() {
        QTest::addColumn<int>("index");
        int index = 0;
        for (const BadModel& bad : badModels())
            QTest::newRow(bad.name) << index++;
    }

    void badModelsAreRefused() {
        QFETCH(int, index);
        const BadModel bad = badModels()[std::size_t(index)];
        const fs::path folder = freshCase();
        bad.damage(folder / "model");
        verifyRefused(runCli(quantizeWords(folder, m_text) + bad.extraWords), bad.says);
        QVERIFY(!fs::exists(folder / "out"));
        QVERIFY(!fs::exists(folder / "out.partial"));
    }

    void badTextsAreRefused_data() {
        QTest::addColumn<int>("index");
        int index = 0;
        for (const BadText& bad : badTexts())
            QTest::newRow(bad.name) << index++;
    }

    void badTextsAreRefused() {
        QFETCH(int, index);
        const BadText bad = badTexts()[std::size_t(index)];
        const fs::path folder = freshCase();
        const fs::path text = folder / (*bad.file ? bad.file : "no-such-text.txt");
        if (*bad.file)
            writeFile(text, bad.contents);
        const QStringList before = namesIn(folder);
        verifyRefused(runCli(quantizeWords(folder, text) + bad.extraWords), bad.says);
        QCOMPARE(namesIn(folder), before);
    }

    void missingFoldersAreRefusedByEveryVerb_data() {
        QTest::addColumn<QStringList>("words");
        const QString none = "/no/such/folder";
        QTest::newRow("info") << QStringList{"info", none};
        QTest::newRow("plan") << QStringList{"plan", none};
        QTest::newRow("tokenize") << QStringList{"tokenize", none, "--string", "x"};
        QTest::newRow("logits") << QStringList{"logits", none, "--ids", "x", "--output", "y"};
        QTest::newRow("perplexity") << QStringList{"perplexity", none, "--text", "bundled"};
        QTest::newRow("compare") << QStringList{"compare", none, none, "--text", "bundled"};
        QTest::newRow("inspect") << QStringList{"inspect", none};
        QTest::newRow("verify") << QStringList{"verify", none, "--against", none};
    }

    void missingFoldersAreRefusedByEveryVerb() {
        QFETCH(QStringList, words);
        verifyRefused(runCli(words), {"/no/such/folder"});
    }

    void outputThatIsNotEmptyIsKept() {
        const fs::path folder = freshCase();
        writeFile(folder / "out/precious.txt", "do not lose");
        verifyRefused(runCli(quantizeWords(folder, m_text)), {pathText(folder / "out")});
        QCOMPARE(readFile(folder / "out/precious.txt"), std::string("do not lose"));
        verifyRefused(runCli(quantizeWords(folder, m_text) + QStringList{"--force"}),
                      {pathText(folder / "out")}); // no model in it
        QCOMPARE(readFile(folder / "out/precious.txt"), std::string("do not lose"));
    }

    void outputInsideTheModelIsRefused() {
        const fs::path folder = freshCase();
        QStringList words = quantizeWords(folder, m_text);
        words[3] = pathText(folder / "model");
        const std::string before = readFile(weights(folder / "model"));
        verifyRefused(runCli(words + QStringList{"--force"}), {pathText(folder / "model")});
        QVERIFY(readFile(weights(folder / "model")) == before);
    }

    void readOnlyOutputIsNamed() {
        const fs::path folder = freshCase();
        const fs::path locked = folder / "locked";
        fs::create_directory(locked);
        fs::permissions(locked, fs::perms::owner_read | fs::perms::owner_exec);
        if (::access(locked.c_str(), W_OK) == 0)
            QSKIP("skipped: this user may write everywhere");
        QStringList words = quantizeWords(folder, m_text);
        words[3] = pathText(locked / "out");
        verifyRefused(runCli(words), {pathText(locked)});
    }

    void fullDiskSaysWhatIsMissing() {
        const fs::path folder = freshCase({.blocks = 8, .hidden = 256, .intermediate = 512});
        const auto disk = SmallDisk::mount(folder / "disk", 1 << 20);
        if (!disk)
            QSKIP("skipped: mounting a small disk needs root");
        QStringList words = quantizeWords(folder, m_text);
        words[3] = pathText(disk->folder() / "out");
        const CliRun run = runCli(words);
        verifyRefused(run, {"disk", "missing"}, 4);
        QVERIFY(!fs::exists(disk->folder() / "out"));
    }

    void resumeWithAnotherRecipeNamesTheDifference() {
        const fs::path folder = freshCase();
        QCOMPARE(runCli(quantizeWords(folder, m_text)).exitCode, 0);
        fs::remove_all(folder / "out");
        verifyRefused(runCli(quantizeWords(folder, m_text) + QStringList{"--resume", "--clip-search", "none"}),
                      {"recipe"});
    }

    void badIdsAreRefused() {
        const fs::path folder = freshCase();
        const QStringList words{"perplexity", pathText(folder / "model"), "--ids"};
        verifyRefused(runCli(words + QStringList{pathText(
                                         writeIdFile(folder / "big.safetensors", "input_ids", 1, {1, 2, 9999}))}),
                      {"9999", "big.safetensors"});
        verifyRefused(
            runCli(words + QStringList{pathText(writeIdFile(folder / "name.safetensors", "ids", 1, {1, 2, 3}))}),
            {"input_ids", "name.safetensors"});
    }

    void recipeFilesAreChecked() {
        const fs::path folder = freshCase();
        writeFile(folder / "recipe.json", "{\"bits\": \"four\"}");
        verifyRefused(runCli({"plan", pathText(folder / "model"), "--recipe", pathText(folder / "recipe.json")}),
                      {"recipe.json, key bits"});
    }

    void aQuantizedModelIsNotQuantizedAgain() {
        const fs::path folder = freshCase();
        const QStringList options{"--group-size", "64", "--calibration", pathText(m_text), "--samples", "2",
                                  "--sequence-length", "32", "--scale-search", "none", "--clip-search", "none"};
        const CliRun first = runCli(QStringList{"quantize", pathText(folder / "model"), "--output", pathText(folder / "once")} + options);
        QVERIFY2(first.exitCode == 0, qPrintable(first.all()));
        verifyRefused(runCli(QStringList{"quantize", pathText(folder / "once"), "--output", pathText(folder / "twice")} + options),
                      {"once", "quantized"});
        QVERIFY(!fs::exists(folder / "twice"));
    }

    void aFamilyOfDamagedHeadersNeverCrashes() {
        const fs::path folder = freshCase();
        const std::string whole = readFile(weights(folder / "model"));
        for (const std::size_t position : {0, 3, 7, 8, 20, 60, 200, 500}) {
            std::string bytes = whole;
            bytes[position] = char(bytes[position] ^ 0x15);
            writeFile(weights(folder / "model"), bytes);
            const CliRun run = runCli({"info", pathText(folder / "model")});
            QVERIFY2(run.exitCode == 3 || run.exitCode == 0, qPrintable(run.all()));
        }
    }
};

QTEST_GUILESS_MAIN(CliBadInputTest)
#include "cli_bad_input_test.moc"
