// SPDX-License-Identifier: GPL-3.0-or-later
// Reading the help pages from the program's resources.
#include "ui/help/help_topics.h"

#include <QFile>

#include "ui/shell.h"

namespace awq::ui {

QString helpText(const QString& topic) {
    QFile file(QStringLiteral(":/help/%1.md").arg(topic));
    return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
}

std::vector<HelpTopic> helpTopics() {
    std::vector<HelpTopic> topics;
    for (const QString& name : {QStringLiteral("awq"), page::start, page::model, page::calibration, page::quantize,
                                page::inspect, page::compare, page::tryOut, page::benchmark, page::exported,
                                QStringLiteral("plots"), QStringLiteral("errors")}) {
        const QString heading = helpText(name).section(QLatin1Char('\n'), 0, 0);
        topics.push_back({name, heading.mid(2)}); // after "# "
    }
    return topics;
}

} // namespace awq::ui
