// SPDX-License-Identifier: GPL-3.0-or-later
// Log lines of events.
#include "app/event_log.h"

#include <QCoreApplication>

#include "app/number_text.h"

namespace awq::app {

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(EventLog)
};

QString withPlace(const std::string& what, const std::string& where, const std::string& hint) {
    QString text = QString::fromStdString(what);
    if (!where.empty())
        text += QStringLiteral(" (%1)").arg(QString::fromStdString(where));
    if (!hint.empty())
        text += QStringLiteral(". ") + QString::fromStdString(hint);
    return text;
}

using Line = std::optional<LogLine>;

struct Writer {
    template <typename Other>
    Line operator()(const Other&) const {
        return std::nullopt;
    }
    Line operator()(const core::Started& e) const {
        return LogLine{core::LogLevel::info, Text::tr("Started: %1 of %2, %3 blocks")
                                                 .arg(QString::fromStdString(e.job), QString::fromStdString(e.model))
                                                 .arg(e.blocks)};
    }
    Line operator()(const core::BlockDone& e) const {
        return LogLine{core::LogLevel::info, Text::tr("Block %1 done in %2, relative error %3")
                                                 .arg(e.block)
                                                 .arg(secondsText(e.seconds), lossText(e.relativeError))};
    }
    Line operator()(const core::PerplexityDone& e) const {
        return LogLine{core::LogLevel::info,
                       Text::tr("Perplexity of %1: %2 ± %3")
                           .arg(QString::fromStdString(e.model), fixedText(e.perplexity, 4), fixedText(e.sigma, 4))};
    }
    Line operator()(const core::Warning& e) const {
        return LogLine{core::LogLevel::warning, withPlace(e.what, e.where, e.hint)};
    }
    Line operator()(const core::Finished& e) const {
        return LogLine{
            core::LogLevel::info,
            e.output.empty()
                ? Text::tr("Finished in %1").arg(secondsText(e.seconds))
                : Text::tr("Finished in %1: %2").arg(secondsText(e.seconds), QString::fromStdString(e.output))};
    }
    Line operator()(const core::Failed& e) const {
        return LogLine{core::LogLevel::error, withPlace(e.what, e.where, e.hint)};
    }
    Line operator()(const core::Cancelled& e) const {
        return LogLine{core::LogLevel::warning, Text::tr("Stopped after %n blocks", nullptr, e.blocksDone)};
    }
};

} // namespace

std::optional<LogLine> logLine(const core::Event& event) {
    return std::visit(Writer(), event.payload);
}

} // namespace awq::app
