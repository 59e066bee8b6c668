// SPDX-License-Identifier: GPL-3.0-or-later
// Every verb on a small model: documented JSON, agreement between the verbs, events, cancelling, resuming.
#include <QJsonArray>
#include <QTemporaryDir>
#include <QtTest>

#include <csignal>
#include <filesystem>

#include "core/event.h"
#include "core/model/tensor_source.h"
#include "tests/e2e/cli_process.h"
#include "tests/support/files.h"
#include "tests/support/tiny_model.h"

using namespace awq::test;
namespace fs = std::filesystem;

namespace {

const QStringList quickRecipe{"--group-size", "32", "--samples", "4", "--sequence-length", "64"};

QStringList keysMissing(const QJsonObject& object, const QStringList& keys) {
    QStringList missing;
    for (const QString& key : keys)
        if (!object.contains(key))
            missing << key;
    return missing;
}

} // namespace

class CliVerbsTest : public QObject {
    Q_OBJECT

    QTemporaryDir m_temporary;
    fs::path m_root, m_model, m_text, m_output; // the output of one quantize run that several tests read
    CliRun m_quantized;

    QStringList quantizeWords(const fs::path& output) const {
        return QStringList{"quantize",       pathText(m_model), "--output",
                           pathText(output), "--calibration",   pathText(m_text)} +
               quickRecipe;
    }

private slots:
    void initTestCase() {
        m_root = m_temporary.path().toStdString();
        m_model = writeTinyModel(m_root / "model ä", {.shards = 2}); // a name that needs care
        m_text = writeFile(m_root / "text.txt", tinyText(20'000));
        m_output = m_root / "quantized";
        m_quantized = runCli(quantizeWords(m_output) + QStringList{"--json"});
        QVERIFY2(m_quantized.exitCode == 0, qPrintable(m_quantized.all()));
    }

    void infoReadsHeaders() {
        const CliRun run = runCli({"info", pathText(m_model), "--json"});
        QVERIFY2(run.exitCode == 0, qPrintable(run.all()));
        const QJsonObject json = run.json().object();
        QCOMPARE(keysMissing(json, {"family", "architecture", "blocks", "hidden", "heads", "kv_heads", "vocab", "dtype",
                                    "parameters", "bytes", "shards", "linears"}),
                 QStringList());
        QCOMPARE(json["architecture"].toString(), QString("LlamaForCausalLM"));
        QCOMPARE(json["blocks"].toInt(), 2);
        QCOMPARE(json["shards"].toArray().size(), 2);
        QCOMPARE(json["linears"].toArray().size(), 14);
        const QJsonObject linear = json["linears"].toArray()[6].toObject();
        QCOMPARE(linear["name"].toString(), QString("mlp.down_proj"));
        QCOMPARE(linear["shape"].toArray(), (QJsonArray{128, 256}));
        QCOMPARE(linear["fate"].toString(), QString("quantized"));
    }

    void infoKnowsAQuantizedFolder() {
        const QJsonObject json = runCli({"info", pathText(m_output), "--json"}).json().object();
        QCOMPARE(json["quantization"].toObject()["format"].toString(), QString("awq-gemm"));
        QCOMPARE(json["quantization"].toObject()["group_size"].toInt(), 32);
    }

    void planForeseesTheResult() {
        const CliRun run =
            runCli(QStringList{"plan", pathText(m_model), "--json", "--exclude", "layers.1.mlp"} + quickRecipe);
        QVERIFY2(run.exitCode == 0, qPrintable(run.all()));
        const QJsonObject json = run.json().object();
        QCOMPARE(keysMissing(json, {"linears", "scale_sets", "bytes_before", "bytes_after", "peak_host_bytes",
                                    "peak_device_bytes", "seconds_estimate", "warnings"}),
                 QStringList());
        const QJsonObject excluded = json["linears"].toArray()[13].toObject();
        QCOMPARE(excluded["fate"].toString(), QString("excluded"));
        QCOMPARE(excluded["reason"].toString(), QString("matches --exclude layers.1.mlp"));
        QCOMPARE(json["mapping"].toObject()["state"].toString(), QString("verified"));
        QVERIFY(json["mapping"].toObject()["note"].toString().contains("4 sets of block 0"));
        QVERIFY(!fs::exists(m_root / "model ä.run"));
    }

    void planAndRunAgreeOnBytes() {
        const QJsonObject plan = runCli(QStringList{"plan", pathText(m_model), "--json"} + quickRecipe).json().object();
        const QJsonObject run = m_quantized.json().object();
        QCOMPARE(run["bytes_before"].toInteger(), plan["bytes_before"].toInteger());
        QCOMPARE(run["bytes_after"].toInteger(), plan["bytes_after"].toInteger());
        qint64 written = 0;
        for (const auto& tensor : awq::core::TensorSource::open(m_output).tensors())
            written += qint64(tensor.bytes);
        QCOMPARE(written, plan["bytes_after"].toInteger());
    }

    void quantizeReportsWhatItDid() {
        const QJsonObject json = m_quantized.json().object();
        QCOMPARE(keysMissing(json, {"run_dir", "output", "bytes_before", "bytes_after", "seconds", "peak_host_bytes",
                                    "peak_device_bytes", "scale_sets", "linears", "warnings", "phase_seconds"}),
                 QStringList());
        for (const char* phase : {"reading", "capturing", "searching", "clipping", "packing", "writing", "verifying"})
            QVERIFY2(json["phase_seconds"].toObject()[phase].toDouble() > 0, phase);
        QCOMPARE(json["linears"].toArray().size(), 14);
        QCOMPARE(keysMissing(json["scale_sets"].toArray()[0].toObject(),
                             {"block", "producer", "consumers", "inspected", "ratios", "losses", "best_ratio",
                              "best_loss", "fate", "reason"}),
                 QStringList());
        QCOMPARE(keysMissing(json["linears"].toArray()[0].toObject(),
                             {"block", "name", "shape", "bits", "group_size", "fate", "reason", "weight_mse",
                              "output_mse", "clip_mean", "clipped_share"}),
                 QStringList());
        QVERIFY(fs::exists(m_output / "tokenizer.json"));
        QVERIFY(!fs::exists(m_root / "quantized.partial"));
    }

    void recipeFilesAndOptionsGiveTheSame() {
        writeFile(m_root / "recipe.json",
                  json("{'group_size': 64, 'samples': 4, 'sequence_length': 64, 'clip_search': 'none'}"));
        const QJsonObject plan = runCli({"plan", pathText(m_model), "--json", "--recipe",
                                         pathText(m_root / "recipe.json"), "--group-size", "32"})
                                     .json()
                                     .object();
        QCOMPARE(plan["recipe"].toObject()["group_size"].toInt(), 32);
        QCOMPARE(plan["recipe"].toObject()["clip_search"].toString(), QString("none"));
    }

    void inspectShowsTheRun() {
        const QString runDir = m_quantized.json().object()["run_dir"].toString();
        const QJsonObject all = runCli({"inspect", runDir, "--json"}).json().object();
        QCOMPARE(all["linears"].toArray(), m_quantized.json().object()["linears"].toArray());
        QCOMPARE(all["scale_sets"].toArray(), m_quantized.json().object()["scale_sets"].toArray());
        QCOMPARE(all["recipe"].toObject()["group_size"].toInt(), 32);
        const QJsonObject one =
            runCli({"inspect", runDir, "--linear", "model.layers.1.mlp.down_proj", "--json"}).json().object();
        QCOMPARE(one["linears"].toArray().size(), 1);
        const QJsonObject linear = one["linears"].toArray()[0].toObject();
        QCOMPARE(linear["block"].toInt(), 1);
        QCOMPARE(linear["clip_fraction"].toArray().size(), 128 * (256 / 32));
        QCOMPARE(one["scale_sets"].toArray()[0].toObject()["channel_scale"].toArray().size(), 256);
        const CliRun wrong = runCli({"inspect", runDir, "--linear", "mlp.no_proj"});
        QVERIFY2(wrong.exitCode == 3 && wrong.err.contains("no finished block has this linear"),
                 qPrintable(wrong.all()));
    }

    void overrideTriesAndKeeps() {
        const fs::path output = m_root / "overridden";
        QCOMPARE(runCli(quantizeWords(output) + QStringList{"--quiet"}).exitCode, 0);
        const QString runDir = pathText(output) + ".run";
        const std::string before = readFile(output / "model.safetensors");
        const QStringList words{"override", runDir, "--set", "model.layers.1.mlp.up_proj", "--ratio", "0.9", "--json"};
        const QJsonObject tried = runCli(words).json().object();
        QCOMPARE(keysMissing(tried, {"run_dir", "scale_set", "choice", "block", "before", "after", "kept"}),
                 QStringList());
        QVERIFY(!tried["kept"].toBool() && readFile(output / "model.safetensors") == before);
        const QJsonObject was = tried["before"].toObject(), is = tried["after"].toObject();
        QCOMPARE(is["scale_set"].toObject()["best_ratio"].toDouble(), 0.9);
        QVERIFY(is["output_mse"].toDouble() != was["output_mse"].toDouble());
        const CliRun kept = runCli(words + QStringList{"--keep"});
        QVERIFY2(kept.exitCode == 0 && kept.json().object()["kept"].toBool(), qPrintable(kept.all()));
        QVERIFY(readFile(output / "model.safetensors") != before);
        const CliRun verified = runCli({"verify", pathText(output), "--against", pathText(m_model)});
        QVERIFY2(verified.exitCode == 0, qPrintable(verified.all()));
        const QJsonObject recipe = runCli({"inspect", runDir, "--json"}).json().object()["recipe"].toObject();
        QCOMPARE(recipe["override"].toArray(), (QJsonArray{"model.layers.1.mlp.up_proj=0.9"}));
        const CliRun unknown = runCli({"override", runDir, "--set", "no_such_set", "--exclude"});
        QVERIFY2(unknown.exitCode == 3 && unknown.err.contains("model.layers.0.mlp.up_proj"),
                 qPrintable(unknown.all()));
        const CliRun nothing = runCli({"override", runDir, "--set", "1.mlp.up_proj"});
        QVERIFY2(nothing.exitCode == 2 && nothing.err.contains("--undo"), qPrintable(nothing.all()));
    }

    void verifyAcceptsTheResultAndFindsDamage() {
        const CliRun good = runCli({"verify", pathText(m_output), "--against", pathText(m_model), "--json"});
        QVERIFY2(good.exitCode == 0, qPrintable(good.all()));
        QVERIFY(good.json().object()["ok"].toBool());
        const fs::path copy = m_root / "damaged";
        fs::copy(m_output, copy, fs::copy_options::recursive);
        std::string bytes = readFile(copy / "model.safetensors");
        std::fill(bytes.end() - 2000, bytes.end(), '\xff');
        writeFile(copy / "model.safetensors", bytes);
        const CliRun bad = runCli({"verify", pathText(copy), "--json"});
        QVERIFY2(bad.exitCode == 5, qPrintable(bad.all()));
        QVERIFY(!bad.json().object()["ok"].toBool());
        QVERIFY(!bad.json().object()["mismatches"].toArray().isEmpty());
    }

    void tokenizeCountsAndReportsSpeed() {
        const QJsonObject json =
            runCli({"tokenize", pathText(m_model), "--string", "the hat", "--json"}).json().object();
        QCOMPARE(json["ids"].toArray()[0].toInt(), tinyBosId);
        QVERIFY(json["bytes_per_second"].toDouble() > 0);
        const QJsonObject plain =
            runCli({"tokenize", pathText(m_model), "--string", "the hat", "--no-special", "--json"}).json().object();
        QCOMPARE(plain["ids"].toArray().size(), json["ids"].toArray().size() - 1);
    }

    void logitsAreWritten() {
        writeIdFile(m_root / "ids.safetensors", "input_ids", 2, {1, 2, 3, 4, 5, 6});
        const fs::path output = m_root / "logits.safetensors";
        const CliRun run = runCli({"logits", pathText(m_model), "--ids", pathText(m_root / "ids.safetensors"),
                                   "--output", pathText(output), "--json"});
        QVERIFY2(run.exitCode == 0, qPrintable(run.all()));
        QCOMPARE(run.json().object()["shape"].toArray(), (QJsonArray{2, 3, 272}));
        const auto logits = awq::core::TensorSource::open(output).read("logits");
        QCOMPARE(logits.shape, (std::vector<std::int64_t>{2, 3, 272}));
        QVERIFY(logits.dtype == awq::core::DType::F32);
    }

    void perplexityTakesSeveralFolders() {
        const QStringList words{"perplexity", pathText(m_model), pathText(m_output),
                                "--text",     pathText(m_text),  "--window",
                                "64",         "--max-tokens",    "1000",
                                "--json"};
        const CliRun run = runCli(words);
        QVERIFY2(run.exitCode == 0, qPrintable(run.all()));
        const QJsonArray rows = run.json().array();
        QCOMPARE(rows.size(), 2);
        QCOMPARE(keysMissing(rows[0].toObject(), {"model", "perplexity", "sigma", "nll", "tokens", "windows"}),
                 QStringList());
        QCOMPARE(rows[0].toObject()["windows"].toInt(), 15);
        QCOMPARE(rows[0].toObject()["tokens"].toInt(), 15 * 63);
        QVERIFY(rows[0].toObject()["perplexity"].toDouble() > 1);
        QVERIFY(rows[0].toObject()["perplexity"].toDouble() != rows[1].toObject()["perplexity"].toDouble());
    }

    void compareStreamsBoth() {
        const CliRun run = runCli({"compare", pathText(m_model), pathText(m_output), "--text", pathText(m_text),
                                   "--window", "64", "--max-tokens", "1000", "--json"});
        QVERIFY2(run.exitCode == 0, qPrintable(run.all()));
        const QJsonObject json = run.json().object();
        QCOMPARE(keysMissing(json, {"perplexity", "delta", "delta_sigma", "kl", "top1_agreement", "tokens"}),
                 QStringList());
        QCOMPARE(keysMissing(json["kl"].toObject(), {"mean", "p50", "p90", "p99", "p999", "max"}), QStringList());
        QVERIFY(json["kl"].toObject()["mean"].toDouble() > 0);
        const double agreement = json["top1_agreement"].toDouble();
        QVERIFY(agreement > 0.2 && agreement <= 1);
    }

    void comparisonsAreBrokenDownAndKept() {
        const fs::path whole = m_root / "comparison.json", csv = m_root / "comparison.csv";
        const QStringList words{"compare", pathText(m_model), pathText(m_output),
                                "--text",  pathText(m_text),  "--window",
                                "64",      "--max-tokens",    "1000"};
        const CliRun run =
            runCli(words + QStringList{"--breakdown", "--output", pathText(whole), "--csv", pathText(csv)});
        QVERIFY2(run.exitCode == 0, qPrintable(run.all()));
        QVERIFY(run.out.contains("32-63"));
        const QJsonObject json = QJsonDocument::fromJson(QByteArray::fromStdString(readFile(whole))).object();
        QCOMPARE(keysMissing(json, {"text", "device", "dtype", "version", "started_at", "models", "positions"}),
                 QStringList());
        QCOMPARE(json["positions"].toArray().size(), 63);
        QCOMPARE(QString::fromStdString(readFile(csv)).count('\n'), 64);
        QVERIFY(!fs::exists(whole.string() + ".scores.safetensors"));
        QCOMPARE(runCli(words + QStringList{"--resume"}).exitCode, 2);
    }

    void tablesTakeTheBundledTextAndAnyBits() {
        const CliRun run =
            runCli({"table", pathText(m_model), "--presets", "rtn,fast", "--bits", "3", "--group-size", "32",
                    "--samples", "4", "--sequence-length", "64", "--max-tokens", "600", "--window", "64", "--json"});
        QVERIFY2(run.exitCode == 0, qPrintable(run.all()));
        QCOMPARE(run.json().array().size(), 2);
        QVERIFY(run.json().array()[1].toObject()["kl_mean"].toDouble() > 0);
        const CliRun both = runCli({"table", pathText(m_model), "--text", "bundled", "--ids", "x.safetensors"});
        QCOMPARE(both.exitCode, 2);
        QVERIFY(!both.err.contains("block 1"));
    }

    void eventsAreJsonLinesWithOneEnd() {
        const CliRun run = runCli(quantizeWords(m_root / "events") + QStringList{"--events", "jsonl", "--json"});
        QVERIFY2(run.exitCode == 0, qPrintable(run.all()));
        int terminal = 0, blocks = 0;
        std::uint64_t last = 0;
        for (const QString& line : run.err.split('\n', Qt::SkipEmptyParts)) {
            const awq::core::Event event = awq::core::eventFromJsonLine(line.toStdString());
            QVERIFY(event.sequence > last || last == 0);
            last = event.sequence;
            terminal += awq::core::isTerminal(event);
            blocks += std::holds_alternative<awq::core::BlockDone>(event.payload);
        }
        QCOMPARE(terminal, 1);
        QCOMPARE(blocks, 2);
    }

    void withoutATerminalThereIsALinePerBlock() {
        const CliRun run = runCli(quantizeWords(m_root / "lines"));
        QVERIFY2(run.exitCode == 0, qPrintable(run.all()));
        QVERIFY(run.err.contains("block 1 of 2 done"));
        QVERIFY(run.err.contains("block 2 of 2 done"));
        QVERIFY(!run.err.contains('\r'));
        const CliRun quiet = runCli(quantizeWords(m_root / "quiet") + QStringList{"--quiet"});
        QVERIFY(!quiet.err.contains("block 1 of 2 done"));
    }

    void interruptCancelsAndResumeGivesTheSameBytes() {
        writeTinyModel(m_root / "long", {.blocks = 12});
        const QStringList words = QStringList{"quantize",      pathText(m_root / "long"),
                                              "--output",      pathText(m_root / "resumed"),
                                              "--calibration", pathText(m_text),
                                              "--device",      "cpu",
                                              "--threads",     "1"} +
                                  quickRecipe;
        QProcess process;
        process.setReadChannel(QProcess::StandardError);
        process.start(cliPath(), words);
        QByteArray said;
        while (!said.contains("block 2 of 12 done") && process.waitForReadyRead(60'000))
            said += process.readAll();
        ::kill(pid_t(process.processId()), SIGINT);
        QVERIFY(process.waitForFinished(60'000));
        said += process.readAll();
        QVERIFY2(process.exitStatus() == QProcess::NormalExit, said.constData());
        QVERIFY2(process.exitCode() == 130, said.constData());
        QVERIFY2(said.contains("--resume"), said.constData());
        QVERIFY(!fs::exists(m_root / "resumed"));
        const CliRun resumed = runCli(words + QStringList{"--resume"});
        QVERIFY2(resumed.exitCode == 0, qPrintable(resumed.all()));
        QVERIFY2(resumed.err.contains("resuming after block"), qPrintable(resumed.all()));
        QStringList straight = words;
        straight.replaceInStrings(pathText(m_root / "resumed"), pathText(m_root / "straight"));
        QCOMPARE(runCli(straight).exitCode, 0);
        QVERIFY(readFile(m_root / "resumed/model.safetensors") == readFile(m_root / "straight/model.safetensors"));
    }

    void demoShowsThreePerplexities() {
        const fs::path folder = m_root / "demo";
        fs::create_directory(folder);
        const CliRun first = runCli({"demo", "--json"}, folder);
        QVERIFY2(first.exitCode == 0, qPrintable(first.all()));
        QVERIFY(fs::exists(folder / "awq-demo/config.json"));
        const QJsonArray rows = first.json().object()["perplexity"].toArray();
        QCOMPARE(rows.size(), 3);
        const double floating = rows[0].toObject()["perplexity"].toDouble(),
                     rtn = rows[1].toObject()["perplexity"].toDouble(),
                     awq = rows[2].toObject()["perplexity"].toDouble();
        QVERIFY2(floating < awq && awq < rtn, qPrintable(first.all()));
        const CliRun second = runCli({"demo"}, folder);
        QVERIFY2(second.exitCode == 0 && fs::exists(folder / "awq-demo-2/config.json"), qPrintable(second.all()));
        QVERIFY2(second.out.contains("RTN"), qPrintable(second.all()));
    }
};

QTEST_GUILESS_MAIN(CliVerbsTest)
#include "cli_verbs_test.moc"
