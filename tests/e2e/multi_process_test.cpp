// SPDX-License-Identifier: GPL-3.0-or-later
// One run shared by several processes that meet on the loopback address: the bytes of a single one; a killed process's
// blocks are taken over; processes that disagree are refused.
#include <QTemporaryDir>
#include <QtTest>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <filesystem>
#include <map>
#include <memory>

#include "core/event.h"
#include "tests/e2e/cli_process.h"
#include "tests/support/files.h"
#include "tests/support/tiny_model.h"

using namespace awq::test;
namespace fs = std::filesystem;

namespace {

using Files = std::map<std::string, std::string>; // name -> bytes

Files filesOf(const fs::path& folder) {
    Files files;
    for (const auto& entry : fs::directory_iterator(folder))
        files[entry.path().filename().string()] = readFile(entry.path());
    return files;
}

int freePort() {
    const int listener = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    ::bind(listener, reinterpret_cast<sockaddr*>(&address), size);
    ::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size);
    ::close(listener);
    return ntohs(address.sin_port);
}

} // namespace

class MultiProcessTest : public QObject {
    Q_OBJECT

    static constexpr int patience = 60'000; // ms
    static constexpr int blocks = 32;

    QTemporaryDir m_temporary;
    fs::path m_root, m_model, m_text;
    Files m_expected; // of one process

    QStringList wordsFor(const std::string& output) const {
        return {"quantize",          pathText(m_model),
                "--output",          pathText(m_root / output),
                "--calibration",     pathText(m_text),
                "--device",          "cpu",
                "--group-size",      "32",
                "--samples",         "4",
                "--sequence-length", "32",
                "--threads",         "1",
                "--events",          "jsonl"};
    }

    struct Member {
        QProcess process;
        fs::path said; // its events; a file, since a pipe that nobody reads would stop it

        QByteArray events() const { return QByteArray::fromStdString(readFile(said)); }
        int blocksStarted() const { return int(events().count("\"BlockStarted\"")); }
    };
    using Members = std::vector<std::unique_ptr<Member>>;

    Members startAll(const std::string& output, int count) const {
        const QString port = QString::number(freePort());
        Members members;
        for (int rank = 0; rank < count; ++rank) {
            QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
            environment.insert("RANK", QString::number(rank));
            environment.insert("WORLD_SIZE", QString::number(count));
            environment.insert("MASTER_ADDR", "127.0.0.1");
            environment.insert("MASTER_PORT", port);
            members.push_back(std::make_unique<Member>());
            Member& member = *members.back();
            member.said = writeFile(m_root / (output + "-" + std::to_string(rank) + ".jsonl"), "");
            member.process.setProcessEnvironment(environment);
            member.process.setStandardErrorFile(pathText(member.said));
            member.process.start(cliPath(), wordsFor(output));
        }
        return members;
    }

    static bool waitForWork(const Member& member) {
        return QTest::qWaitFor([&] { return member.blocksStarted() > 0; }, patience);
    }

private slots:
    void initTestCase() {
        m_root = m_temporary.path().toStdString();
        m_model = writeTinyModel(m_root / "model", {.blocks = blocks});
        m_text = writeFile(m_root / "text.txt", tinyText(2000));
        const CliRun alone = runCli(wordsFor("alone"));
        QVERIFY2(alone.exitCode == 0, qPrintable(alone.all()));
        m_expected = filesOf(m_root / "alone");
    }

    void fourProcessesWriteWhatOneWrites() {
        const Members members = startAll("four", 4);
        int started = 0;
        for (const auto& member : members) {
            QVERIFY(member->process.waitForFinished(patience));
            QVERIFY2(member->process.exitCode() == 0, member->events().constData());
            started += member->blocksStarted();
        }
        QCOMPARE(started, blocks); // each block is one process's
        QVERIFY(filesOf(m_root / "four") == m_expected);
    }

    void aKilledProcessIsReplaced() {
        const Members members = startAll("killed", 3);
        QProcess& victim = members[1]->process;
        QVERIFY2(waitForWork(*members[1]), members[1]->events().constData());
        victim.kill();
        victim.waitForFinished();
        for (std::size_t rank : {0, 2}) {
            QVERIFY(members[rank]->process.waitForFinished(patience));
            QVERIFY2(members[rank]->process.exitCode() == 0, members[rank]->events().constData());
        }
        QVERIFY(filesOf(m_root / "killed") == m_expected);
    }

    void theFirstProcessEndsTheOthers() {
        const Members members = startAll("headless", 2);
        QVERIFY2(waitForWork(*members[1]), members[1]->events().constData());
        members[0]->process.kill();
        members[0]->process.waitForFinished();
        QProcess& helper = members[1]->process;
        QVERIFY(helper.waitForFinished(patience));
        const QByteArray said = members[1]->events();
        QVERIFY2(helper.exitCode() == 4, said.constData());
        QVERIFY2(said.contains("rank 0") && said.contains("--resume"), said.constData());
        const CliRun resumed = runCli(wordsFor("headless") + QStringList{"--resume"});
        QVERIFY2(resumed.exitCode == 0, qPrintable(resumed.all()));
        QVERIFY(filesOf(m_root / "headless") == m_expected);
    }

    void anIncompleteDescriptionIsRefused() {
        QProcess process;
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert("RANK", "1");
        environment.insert("WORLD_SIZE", "2");
        process.setProcessEnvironment(environment);
        process.start(cliPath(), wordsFor("refused"));
        QVERIFY(process.waitForFinished(patience));
        const QByteArray said = process.readAllStandardError();
        QVERIFY2(process.exitCode() == 2 && said.contains("MASTER_ADDR is not set"), said.constData());
    }
};

QTEST_GUILESS_MAIN(MultiProcessTest)
#include "multi_process_test.moc"
