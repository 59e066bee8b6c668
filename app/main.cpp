// SPDX-License-Identifier: GPL-3.0-or-later
// awq-studio [MODEL_OR_RUN_FOLDER]: the composition root of the window.
#include <QApplication>
#include <QCommandLineParser>
#include <QStandardPaths>

#include "app/core_services.h"
#include "app/workspace.h"
#include "core/version.h"
#include "ui/main_window.h"
#include "ui/theme/theme.h"

namespace {

awq::core::Log* messageLog = nullptr; // Qt's messages go here while the workspace lives

void logQtMessage(QtMsgType type, const QMessageLogContext&, const QString& text) {
    using awq::core::LogLevel;
    const LogLevel level = type == QtDebugMsg     ? LogLevel::debug
                           : type == QtInfoMsg    ? LogLevel::info
                           : type == QtWarningMsg ? LogLevel::warning
                                                  : LogLevel::error;
    if (messageLog)
        messageLog->write(level, text.toStdString());
    else
        fprintf(stderr, "%s\n", qPrintable(text));
}

} // namespace

int main(int argc, char** argv) {
    QApplication application(argc, argv);
    QApplication::setApplicationName(QStringLiteral("awq-studio"));
    QApplication::setApplicationDisplayName(QStringLiteral("AWQ Studio"));
    QApplication::setApplicationVersion(QString::fromStdString(std::string(awq::core::version())));
    QApplication::setDesktopFileName(QStringLiteral("awq-studio"));
    QCommandLineParser parser;
    parser.setApplicationDescription(QObject::tr("Quantize language models to INT4 and INT3 with AWQ."));
    parser.addHelpOption();
    parser.addVersionOption();
    parser.addPositionalArgument(QStringLiteral("folder"), QObject::tr("A model folder, or the folder of a run."),
                                 QStringLiteral("[folder]"));
    const QCommandLineOption dataOption(QStringLiteral("data"), QObject::tr("Where settings, queue and log are kept."),
                                        QStringLiteral("folder"),
                                        QStandardPaths::writableLocation(QStandardPaths::AppConfigLocation));
    parser.addOption(dataOption);
    parser.process(application);

    awq::app::Workspace workspace(parser.value(dataOption), awq::app::coreServices());
    messageLog = &workspace.log();
    qInstallMessageHandler(logQtMessage);
    int code = 0;
    {
        awq::ui::Theme theme(application);
        awq::ui::MainWindow window(workspace, theme);
        window.show();
        const QStringList folders = parser.positionalArguments();
        if (!folders.isEmpty())
            window.openPath(folders.front());
        else if (workspace.settings().isFirstStart() && !workspace.services().demoModel.isEmpty())
            window.openDemo();
        code = QApplication::exec();
    }
    qInstallMessageHandler(nullptr);
    messageLog = nullptr;
    return code;
}
