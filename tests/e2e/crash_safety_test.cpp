// SPDX-License-Identifier: GPL-3.0-or-later
// The program killed at random moments and started again with --resume: the output is that of an undisturbed run, byte
// for byte; a run whose circumstances changed is refused; threads change nothing.
#include <QElapsedTimer>
#include <QTemporaryDir>
#include <QThread>
#include <QtTest>

#include <filesystem>
#include <map>
#include <random>

#include "tests/e2e/cli_process.h"
#include "tests/support/files.h"
#include "tests/support/tiny_model.h"

using namespace awq::test;
namespace fs = std::filesystem;

namespace {

using Files = std::map<std::string, std::string>; // name -> bytes

Files filesOf(const fs::path& folder) {
    Files files;
    for (const auto& entry : fs::recursive_directory_iterator(folder))
        if (entry.is_regular_file())
            files[fs::relative(entry.path(), folder).string()] = readFile(entry.path());
    return files;
}

} // namespace

class CrashSafetyTest : public QObject {
    Q_OBJECT

    QTemporaryDir m_temporary;
    fs::path m_root, m_model, m_text;
    Files m_expected;      // of an undisturbed run
    qint64 m_duration = 0; // its milliseconds

    QStringList wordsFor(const std::string& output) const {
        return {"quantize",          pathText(m_model),
                "--output",          pathText(m_root / output),
                "--calibration",     pathText(m_text),
                "--device",          "cpu",
                "--group-size",      "32",
                "--samples",         "4",
                "--sequence-length", "32"};
    }

    QStringList oneThread(const std::string& output) const { return wordsFor(output) + QStringList{"--threads", "1"}; }

    // Starts the program and kills it after so many milliseconds. True: it had already finished.
    static bool runAndKill(const QStringList& words, qint64 after) {
        QProcess process;
        process.start(cliPath(), words);
        if (process.waitForFinished(int(after)))
            return true;
        process.kill();
        process.waitForFinished();
        return false;
    }

    // Kills a run once the first block is done. False: it was not to be caught.
    bool leaveUnfinished(const std::string& output) const {
        QProcess process;
        process.setReadChannel(QProcess::StandardError);
        process.start(cliPath(), oneThread(output));
        QByteArray said;
        while (!said.contains("block 1 of") && process.waitForReadyRead(60'000))
            said += process.readAll();
        process.kill();
        process.waitForFinished();
        return said.contains("block 1 of") && !fs::exists(m_root / output);
    }

private slots:
    void initTestCase() {
        m_root = m_temporary.path().toStdString();
        m_model = writeTinyModel(m_root / "model",
                                 {.blocks = 4, .hidden = 64, .intermediate = 128, .heads = 1, .keyValueHeads = 1});
        m_text = writeFile(m_root / "text.txt", tinyText(2000));
        QElapsedTimer timer;
        timer.start();
        const CliRun run = runCli(oneThread("undisturbed"));
        m_duration = timer.elapsed();
        QVERIFY2(run.exitCode == 0, qPrintable(run.all()));
        m_expected = filesOf(m_root / "undisturbed");
        QVERIFY(m_expected.contains("model.safetensors"));
    }

    void killedAtRandomMomentsAndResumed() {
        constexpr int moments = 20;
        std::mt19937 random(20);
        std::uniform_int_distribution<qint64> moment(0, m_duration);
        int killed = 0;
        for (int i = 0; i < moments; ++i) {
            const std::string output = "killed-" + std::to_string(i);
            const qint64 after = moment(random);
            killed += !runAndKill(oneThread(output), after);
            const CliRun resumed = runCli(oneThread(output) + QStringList{"--resume"});
            QVERIFY2(resumed.exitCode == 0,
                     qPrintable("killed after " + QString::number(after) + " ms: " + resumed.all()));
            QVERIFY2(filesOf(m_root / output) == m_expected,
                     qPrintable("killed after " + QString::number(after) + " ms of " + QString::number(m_duration)));
            QVERIFY(!fs::exists(m_root / (output + ".partial")));
        }
        QVERIFY2(killed > moments / 2, "most runs must be caught alive");
    }

    void killedAgainWhileResuming() {
        QVERIFY(leaveUnfinished("twice"));
        const QStringList words = oneThread("twice") + QStringList{"--resume"};
        for (int share : {3, 2}) // of the time an undisturbed run takes
            runAndKill(words, m_duration / share);
        const CliRun resumed = runCli(words);
        QVERIFY2(resumed.exitCode == 0, qPrintable(resumed.all()));
        QVERIFY(filesOf(m_root / "twice") == m_expected);
        const CliRun again = runCli(words); // nothing left to do
        QVERIFY2(again.exitCode == 0 && again.err.contains("has finished before"), qPrintable(again.all()));
        QVERIFY(filesOf(m_root / "twice") == m_expected);
    }

    void killedWhileTheOutputGetsItsName() {
        QCOMPARE(runCli(oneThread("renamed")).exitCode, 0);
        const fs::path info = m_root / "renamed.run/run.json";
        std::string text = readFile(info);
        const std::string state = "\"finished\"";
        text.replace(text.find(state), state.size(), "\"committing\"");
        writeFile(info, text);
        const CliRun resumed = runCli(oneThread("renamed") + QStringList{"--resume"});
        QVERIFY2(resumed.exitCode == 0, qPrintable(resumed.all()));
        QVERIFY(filesOf(m_root / "renamed") == m_expected);
    }

    void changesAreRefusedByName_data() {
        QTest::addColumn<QString>("change");
        QTest::addColumn<QString>("named");
        QTest::newRow("recipe") << "--clip-search none"
                                << "clip_search \"awq\", now \"none\"";
        QTest::newRow("text") << "text"
                              << "the calibration";
        QTest::newRow("weights") << "weights"
                                 << "the weight files";
        QTest::newRow("config") << "config"
                                << "the model's config.json";
    }
    void changesAreRefusedByName() {
        QFETCH(QString, change);
        QFETCH(QString, named);
        const std::string output = std::string("changed-") + QTest::currentDataTag();
        QVERIFY(leaveUnfinished(output));
        QStringList words = oneThread(output) + QStringList{"--resume"};
        const std::map<QString, fs::path> files{
            {"text", m_text}, {"weights", m_model / "model.safetensors"}, {"config", m_model / "config.json"}};
        const auto file = files.find(change);
        const std::string original = file == files.end() ? std::string() : readFile(file->second);
        if (file == files.end())
            words += change.split(' ');
        else if (change == "config")
            writeFile(file->second, "{\"torch_dtype_note\": 1," + original.substr(original.find('{') + 1));
        else
            writeFile(file->second, change == "text" ? "Another beginning. " + original : original); // newer
        const CliRun refused = runCli(words);
        if (file != files.end())
            writeFile(file->second, original);
        QCOMPARE(refused.exitCode, 3);
        QVERIFY2(refused.err.contains("cannot be resumed") && refused.err.contains(named), qPrintable(refused.all()));
        QVERIFY(!fs::exists(m_root / output));
    }

    void sameBytesWithAnyNumberOfThreads_data() {
        QTest::addColumn<QString>("threads");
        for (const char* threads : {"1", "2", "3"})
            QTest::newRow(threads) << threads;
    }
    void sameBytesWithAnyNumberOfThreads() {
        QFETCH(QString, threads);
        const std::string output = "threads-" + threads.toStdString();
        const CliRun run = runCli(wordsFor(output) + QStringList{"--threads", threads});
        QVERIFY2(run.exitCode == 0, qPrintable(run.all()));
        QVERIFY(filesOf(m_root / output) == m_expected);
    }
};

QTEST_GUILESS_MAIN(CrashSafetyTest)
#include "crash_safety_test.moc"
