// SPDX-License-Identifier: GPL-3.0-or-later
// The PDF form of a report: rich text with the charts as pictures.
#include "ui/report/report_pdf.h"

#include <QBuffer>
#include <QPageSize>
#include <QPainter>
#include <QPdfWriter>
#include <QSvgRenderer>
#include <QTextDocument>
#include <QUrl>

#include "core/report/svg_chart.h"
#include "ui/plots/plot_export.h"
#include "ui/theme/colours.h"

namespace awq::ui {

namespace {

constexpr int chartWidth = 560, chartHeight = 260; // pixels of the chart's own units

core::ChartColours paperColours() {
    const Colours& c = lightColours();
    const auto name = [](const QColor& colour) { return colour.name().toStdString(); };
    core::ChartColours colours{name(c.text), name(c.dimText), name(c.hairline), name(c.grid), {}};
    for (const QColor& category : c.categories)
        colours.series.push_back(name(category));
    return colours;
}

QString escaped(const std::string& text) {
    return QString::fromStdString(text).toHtmlEscaped();
}

// Fills a text document with the sections, chart by chart as image resources.
class RichText {
public:
    explicit RichText(QTextDocument& document) : m_document(document) {}

    QString htmlOf(const core::ReportDocument& report) {
        QString html = QStringLiteral("<h1>%1</h1><p style=\"color:%2\">%3</p>")
                           .arg(escaped(report.title), lightColours().dimText.name(), escaped(report.subtitle));
        for (const core::ReportSection& section : report.sections)
            html += sectionHtml(section);
        return html;
    }

private:
    QString sectionHtml(const core::ReportSection& section) {
        QString html = QStringLiteral("<h2>%1</h2>").arg(escaped(section.title));
        if (!section.facts.empty())
            html += factsHtml(section.facts);
        for (const std::string& note : section.notes)
            html += QStringLiteral("<p style=\"color:%1\">%2</p>")
                        .arg((section.attention ? lightColours().warning : lightColours().text).name(), escaped(note));
        for (const core::Chart& chart : section.charts)
            html += chartHtml(chart);
        if (!section.table.columns.empty())
            html += tableHtml(section.table);
        return html;
    }

    static QString factsHtml(const std::vector<core::ReportFact>& facts) {
        QString html = QStringLiteral("<table cellpadding=\"2\">");
        for (const core::ReportFact& fact : facts)
            html += QStringLiteral("<tr><td style=\"color:%1\">%2&nbsp;&nbsp;</td><td>%3</td></tr>")
                        .arg(lightColours().dimText.name(), escaped(fact.name), escaped(fact.value));
        return html + QStringLiteral("</table>");
    }

    QString chartHtml(const core::Chart& chart) {
        const std::string svg = core::svgOf(chart, paperColours(), chartWidth, chartHeight);
        QSvgRenderer renderer(QByteArray::fromStdString(svg));
        constexpr int sharpness = 3;
        QImage image(QSize(chartWidth, chartHeight) * sharpness, QImage::Format_RGB32);
        image.fill(Qt::white);
        QPainter painter(&image);
        renderer.render(&painter);
        painter.end();
        const QString name = QStringLiteral("chart-%1").arg(m_charts++);
        m_document.addResource(QTextDocument::ImageResource, QUrl(name), image);
        return QStringLiteral("<p><b>%1</b></p><p><img src=\"%2\" width=\"%3\" height=\"%4\"></p>")
            .arg(escaped(chart.title), name)
            .arg(chartWidth)
            .arg(chartHeight);
    }

    static QString tableHtml(const core::ReportTable& table) {
        const auto cell = [&](const char* element, size_t column, const std::string& text) {
            return QStringLiteral("<%1 align=\"%2\">%3</%1>")
                .arg(element, table.columns[column].number ? "right" : "left", escaped(text));
        };
        QString html = QStringLiteral("<table cellpadding=\"3\" cellspacing=\"0\" style=\"font-size:7pt\"><thead><tr>");
        for (size_t i = 0; i < table.columns.size(); ++i)
            html += cell("th", i, table.columns[i].title);
        html += QStringLiteral("</tr></thead>");
        for (const auto& row : table.rows) {
            html += QStringLiteral("<tr>");
            for (size_t i = 0; i < row.size(); ++i)
                html += cell("td", i, row[i]);
            html += QStringLiteral("</tr>");
        }
        return html + QStringLiteral("</table>");
    }

    QTextDocument& m_document;
    int m_charts = 0;
};

} // namespace

QString writeReportPdf(const core::ReportDocument& report, const QString& path) {
    return writeWholeFile(path, [&](QIODevice& file) {
        QPdfWriter writer(&file);
        writer.setTitle(QString::fromStdString(report.title));
        writer.setCreator(QStringLiteral("AWQ Studio"));
        writer.setPageSize(QPageSize(QPageSize::A4));
        QTextDocument document;
        document.setDefaultStyleSheet(
            QStringLiteral("body,td,p { font-size:9pt; } h1 { font-size:18pt; } h2 { font-size:13pt; }"));
        document.setHtml(RichText(document).htmlOf(report));
        document.print(&writer);
        return true;
    });
}

} // namespace awq::ui
