// SPDX-License-Identifier: GPL-3.0-or-later
// The command shown beside the knobs: minimal, complete and safe to paste.
#include <QtTest>

#include "app/command_line.h"

using namespace awq;

class CommandLineTest : public QObject {
    Q_OBJECT

private slots:
    void defaultsNeedNoOptions() {
        core::QuantizeRequest request;
        request.model = "/models/tiny";
        request.output = "/out";
        QCOMPARE(app::commandLine(request), QString("awq-cli quantize /models/tiny --output /out"));
    }

    void everyKindOfOptionIsWritten() {
        core::QuantizeRequest request;
        request.model = "m";
        request.output = "o";
        request.runDir = "r";
        request.resume = true;
        request.recipe.bits = 3;
        request.recipe.groupSize = -1;
        request.recipe.zeroPoint = false;
        request.recipe.calibration.source = "notes.jsonl";
        request.recipe.exclude = {"lm_head", "router$"};
        request.recipe.bitsFor = {{"down_proj", 8}};
        QCOMPARE(app::commandLine(request),
                 QString("awq-cli quantize m --output o --run-dir r --resume --bits 3 --group-size -1 --symmetric "
                         "--calibration notes.jsonl --exclude lm_head --exclude 'router$' --bits-for down_proj=8"));
    }

    void theShellSeesEveryArgumentAsItIs() {
        core::QuantizeRequest request;
        request.model = "/mo dels/it's ü";
        request.output = "$(rm)";
        QProcess shell;
        shell.start("/bin/sh", {"-c", "printf '%s\\n' " + app::commandLine(request)});
        QVERIFY(shell.waitForFinished());
        QCOMPARE(QString::fromUtf8(shell.readAllStandardOutput()).trimmed().split('\n'),
                 app::commandArguments(request));
    }
};

QTEST_GUILESS_MAIN(CommandLineTest)
#include "command_line_test.moc"
