// SPDX-License-Identifier: GPL-3.0-or-later
// The log keeps the newest lines, the file of the run before, and survives a file it cannot write.
#include <QTemporaryDir>
#include <QtTest>

#include <fstream>
#include <iterator>
#include <thread>

#include "core/log.h"

using namespace awq::core;
namespace fs = std::filesystem;

namespace {

std::string contentsOf(const fs::path& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
}

} // namespace

class LogTest : public QObject {
    Q_OBJECT

    QTemporaryDir m_temporary;
    fs::path path(const char* name) const { return fs::path(m_temporary.path().toStdString()) / name; }

private slots:
    void keepsTheNewestEntries() {
        Log log({.file = {}, .capacity = 3});
        for (int i = 0; i < 5; ++i)
            log.write(LogLevel::info, "line " + std::to_string(i));
        const auto all = log.recent(100);
        QCOMPARE(all.size(), std::size_t(3));
        QCOMPARE(all.front().text, std::string("line 2"));
        QCOMPARE(log.recent(1).front().text, std::string("line 4"));
    }

    void dropsLowerLevels() {
        Log log({.file = {}, .level = LogLevel::warning});
        log.write(LogLevel::info, "chatter");
        log.write(LogLevel::error, "trouble");
        QCOMPARE(log.recent(10).size(), std::size_t(1));
    }

    void keepsThePreviousRunsFile() {
        const fs::path file = path("logs/awq.log");
        Log({.file = file}).write(LogLevel::info, "first run");
        Log({.file = file}).write(LogLevel::warning, "second run");
        QVERIFY(contentsOf(file).ends_with("Z warning second run\n"));
        QVERIFY(contentsOf(file).find("first run") == std::string::npos);
        QVERIFY(contentsOf(path("logs/awq.previous.log")).ends_with("Z info first run\n"));
    }

    void lineHasTimeLevelAndText() {
        QCOMPARE(toLine({1'772'366'400'250, LogLevel::error, "text"}),
                 std::string("2026-03-01T12:00:00.250Z error text"));
    }

    void fileThatCannotBeOpenedIsReported() {
        std::ofstream(path("plain")) << "not a folder";
        Log log({.file = path("plain/awq.log")});
        QVERIFY(log.recent(1).front().text.find("cannot write the log file") == 0);
    }

    void sinkSeesEveryEntryOfEveryThread() {
        Log log({});
        int seen = 0;
        log.setSink([&](const LogEntry&) { ++seen; });
        {
            std::vector<std::jthread> threads;
            for (int t = 0; t < 4; ++t)
                threads.emplace_back([&] {
                    for (int i = 0; i < 500; ++i)
                        log.write(LogLevel::info, "x");
                });
        }
        log.setSink({});
        log.write(LogLevel::info, "unseen");
        QCOMPARE(seen, 2000);
        QCOMPARE(log.recent(5000).size(), std::size_t(2001));
    }
};

QTEST_GUILESS_MAIN(LogTest)
#include "log_test.moc"
