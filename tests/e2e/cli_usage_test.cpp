// SPDX-License-Identifier: GPL-3.0-or-later
// The command line itself: help, versions, mistyped words, the two forms of errors.
#include <QTemporaryDir>
#include <QtTest>

#include "tests/e2e/cli_process.h"

using awq::test::CliRun;
using awq::test::runCli;

class CliUsageTest : public QObject {
    Q_OBJECT

    QTemporaryDir m_empty;

private slots:
    void helpListsEveryVerb() {
        const CliRun run = runCli({"--help"});
        QCOMPARE(run.exitCode, 0);
        for (const char* verb :
             {"info", "plan", "tokenize", "logits", "quantize", "perplexity", "compare", "inspect", "verify", "demo"})
            QVERIFY2(run.out.contains(QString("\n  ") + verb + " "), verb);
        QVERIFY(run.out.contains("130 cancelled"));
    }

    void everyVerbHasHelp_data() {
        QTest::addColumn<QString>("option");
        QTest::newRow("info") << "--json";
        QTest::newRow("plan") << "--group-size N";
        QTest::newRow("tokenize") << "--string S";
        QTest::newRow("logits") << "--ids FILE";
        QTest::newRow("quantize") << "--bits-for REGEX=N";
        QTest::newRow("perplexity") << "--window N";
        QTest::newRow("compare") << "--max-tokens N";
        QTest::newRow("inspect") << "--linear NAME";
        QTest::newRow("verify") << "--against FLOAT_DIR";
        QTest::newRow("demo") << "--quiet";
    }

    void everyVerbHasHelp() {
        QFETCH(QString, option);
        const CliRun run = runCli({QTest::currentDataTag(), "--help"});
        QCOMPARE(run.exitCode, 0);
        QVERIFY2(run.out.contains("usage: awq-cli " + QString(QTest::currentDataTag())), qPrintable(run.all()));
        QVERIFY2(run.out.contains(option), qPrintable(run.all()));
    }

    void versionIsPrinted() {
        const CliRun run = runCli({"--version"});
        QCOMPARE(run.exitCode, 0);
        QVERIFY2(QRegularExpression("^awq-cli \\d+\\.\\d+\\.\\d+\n$").match(run.out).hasMatch(), qPrintable(run.all()));
    }

    void mistakesAreUsage_data() {
        QTest::addColumn<QStringList>("words");
        QTest::addColumn<QString>("says");
        QTest::newRow("no verb") << QStringList{} << "";
        QTest::newRow("verb") << QStringList{"quantise", "m"} << "did you mean 'quantize'?";
        QTest::newRow("far verb") << QStringList{"frobnicate"} << "awq-cli --help lists the verbs";
        QTest::newRow("option") << QStringList{"quantize", "m", "--groupsize", "64"} << "did you mean --group-size?";
        QTest::newRow("far option") << QStringList{"info", "m", "--frobnicate"} << "--help lists the options";
        QTest::newRow("no value") << QStringList{"perplexity", "m", "--text"} << "--text needs a value";
        QTest::newRow("flag with value") << QStringList{"quantize", "m", "--resume=yes"} << "--resume takes no value";
        QTest::newRow("no operand") << QStringList{"info"} << "MODEL is missing";
        QTest::newRow("surplus") << QStringList{"info", "a", "b"} << "unexpected 'b'";
        QTest::newRow("number") << QStringList{"perplexity", "m", "--text", "t", "--window", "x"}
                                << "--window does not take 'x'";
        QTest::newRow("window") << QStringList{"perplexity", "m", "--text", "t", "--window", "1"} << "at least 2";
        QTest::newRow("text and ids") << QStringList{"perplexity", "m", "--text", "t", "--ids", "i"}
                                      << "exclude each other";
        QTest::newRow("no text") << QStringList{"perplexity", "m"} << "--text FILE";
        QTest::newRow("events") << QStringList{"info", "m", "--events", "xml"} << "--events jsonl";
        QTest::newRow("bits") << QStringList{"plan", "m", "--bits", "9"} << "at least 2 and at most 8";
        QTest::newRow("group size") << QStringList{"plan", "m", "--group-size", "100"} << "use one of: 128, 64, 32, -1";
        QTest::newRow("format") << QStringList{"plan", "m", "--format", "gguf"} << "awq-gemm, llm-awq";
        QTest::newRow("bits of format") << QStringList{"plan", "m", "--bits", "3"} << "cannot hold 3-bit weights";
        QTest::newRow("regex") << QStringList{"plan", "m", "--exclude", "["} << "not a regular expression";
        QTest::newRow("no output") << QStringList{"quantize", "m"} << "--output DIR";
        QTest::newRow("preset") << QStringList{"plan", "m", "--preset", "superb"} << "unknown preset 'superb'";
    }

    void mistakesAreUsage() {
        QFETCH(QStringList, words);
        QFETCH(QString, says);
        const CliRun run = runCli(words + QStringList{"--device", "cpu"}.mid(words.isEmpty() ? 2 : 0));
        QCOMPARE(run.exitCode, 2);
        if (words.isEmpty())
            return;
        QVERIFY2(run.err.startsWith("error: "), qPrintable(run.all()));
        QVERIFY2(run.err.contains(says), qPrintable(run.all()));
        QVERIFY2(run.out.isEmpty(), qPrintable(run.all()));
    }

    void deviceThatIsNotThereIsNamed() {
        const CliRun run = runCli({"plan", m_empty.path(), "--device", "cuda:77"});
        QVERIFY2(run.exitCode == 3 && run.err.contains("error: "), qPrintable(run.all()));
    }

    void errorsHaveThreeLines() {
        const CliRun run = runCli({"inspect", m_empty.path()});
        QCOMPARE(run.exitCode, 3);
        const QStringList lines = run.err.split('\n');
        QCOMPARE(lines[0], QString("error: this folder holds no run"));
        QCOMPARE(lines[1], "  where: " + m_empty.path());
        QVERIFY(lines[2].startsWith("  hint: "));
    }

    void errorsHaveAJsonForm() {
        const CliRun run = runCli({"inspect", m_empty.path(), "--json"});
        QCOMPARE(run.exitCode, 3);
        QVERIFY(run.err.isEmpty());
        const QJsonObject error = run.json().object()["error"].toObject();
        QCOMPARE(error["code"].toInt(), 3);
        QCOMPARE(error["what"].toString(), QString("this folder holds no run"));
        QCOMPARE(error["where"].toString(), m_empty.path());
        QVERIFY(!error["hint"].toString().isEmpty());
    }

    void usageErrorsHaveAJsonFormToo() {
        const CliRun run = runCli({"inspct", "--json"});
        QCOMPARE(run.exitCode, 2);
        QCOMPARE(run.json().object()["error"].toObject()["code"].toInt(), 2);
    }
};

QTEST_GUILESS_MAIN(CliUsageTest)
#include "cli_usage_test.moc"
