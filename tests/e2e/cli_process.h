// SPDX-License-Identifier: GPL-3.0-or-later
// Runs the built awq-cli and keeps what it said.
#pragma once

#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QStringList>
#include <filesystem>

namespace awq::test {

struct CliRun {
    int exitCode = -1; // -1: did not start, crashed or hung
    QString out, err;

    QJsonDocument json() const { return QJsonDocument::fromJson(out.toUtf8()); }
    QString all() const {
        return "exit " + QString::number(exitCode) + "\nout: " + out.left(4000) + "\nerr: " + err.left(4000);
    }
};

inline QString cliPath() {
    return QString(AWQ_BUILD_DIR) + "/app/awq-cli";
}

inline QString pathText(const std::filesystem::path& path) {
    return QString::fromStdString(path.string());
}

// CPU and one thread unless the arguments say otherwise: the same everywhere, and other tests run beside it.
inline CliRun runCli(QStringList arguments, const std::filesystem::path& workingFolder = {}) {
    constexpr int patience = 300'000; // ms; a hang is a failure, not a wait for ever
    QProcess process;
    process.setWorkingDirectory(pathText(workingFolder));
    if (!arguments.contains("--device") && !arguments.contains("--help"))
        arguments << "--device"
                  << "cpu"
                  << "--threads"
                  << "1";
    process.start(cliPath(), arguments);
    const bool ended = process.waitForFinished(patience);
    if (!ended)
        process.kill();
    CliRun run;
    run.out = QString::fromUtf8(process.readAllStandardOutput());
    run.err = QString::fromUtf8(process.readAllStandardError());
    if (ended && process.exitStatus() == QProcess::NormalExit)
        run.exitCode = process.exitCode();
    return run;
}

} // namespace awq::test
