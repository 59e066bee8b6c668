// SPDX-License-Identifier: GPL-3.0-or-later
// Reports saved from the window: HTML and PDF opened again, and what is said when something fails.
#include <QtTest>

#include <QDir>
#include <QRegularExpression>
#include <QTemporaryDir>

#include "app/paths.h"
#include "core/store/run_store.h"
#include "ui/report/report_pdf.h"
#include "ui/report/report_saver.h"
#include "ui/theme/colours.h"
#include "ui/widgets/notice.h"

using namespace awq;
using namespace awq::ui;

namespace {

core::BlockResult blockResult(int block) {
    core::BlockResult result{.block = block, .relativeError = 0.01 * (block + 1)};
    for (const char* name : {"self_attn.q_proj", "self_attn.o_proj", "mlp.down_proj"})
        result.linears.push_back({.block = block,
                                  .name = name,
                                  .rows = 64,
                                  .columns = 128,
                                  .bits = 4,
                                  .groupSize = 128,
                                  .fate = "quantized",
                                  .outputMse = 1e-4 * (block + 1)});
    result.scaleSets.push_back({.block = block,
                                .producer = "input_layernorm",
                                .consumers = {"self_attn.q_proj"},
                                .ratios = {0, 0.5},
                                .losses = {4e-4, 2e-4},
                                .bestRatio = 0.5,
                                .bestLoss = 2e-4,
                                .fate = "scaled"});
    return result;
}

QByteArray contentsOf(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

} // namespace

class ReportSaverTest : public QObject {
    Q_OBJECT

    QTemporaryDir m_dir;

    void makeRun(const QString& folder, int blocks) {
        core::RunInfo info;
        info.model = "/models/tiny";
        info.output = "/out/tiny-awq";
        info.blocks = blocks;
        info.state = "finished";
        core::RunStore store = core::RunStore::create(app::toPath(folder), info);
        for (int i = 0; i < blocks; ++i)
            store.saveBlock(blockResult(i));
    }

private slots:
    void savesBothForms() {
        const QString folder = m_dir.filePath("run");
        makeRun(folder, 12);
        app::Workspace workspace(m_dir.filePath("data"), {});
        workspace.results().open(folder);
        QTRY_COMPARE(workspace.results().state(), app::RunResults::State::ready);
        Notice notice;
        ReportSaver saver(workspace, notice, &notice);
        QSignalSpy saved(&saver, &ReportSaver::saved);
        const QString html = m_dir.filePath("rêport.html"), pdf = m_dir.filePath("report.PDF");
        saver.save(html);
        QTRY_COMPARE(saved.count(), 1);
        QVERIFY(contentsOf(html).contains("Quantization of tiny"));
        QVERIFY(notice.text().contains("saved"));
        saver.save(pdf);
        QTRY_COMPARE(saved.count(), 2);
        const QByteArray bytes = contentsOf(pdf);
        QVERIFY(bytes.startsWith("%PDF-") && bytes.trimmed().endsWith("%%EOF"));
        QVERIFY(bytes.count("/Type /Page\n") + bytes.count("/Type /Page ") >= 2);
        QVERIFY(bytes.count("/Subtype /Image") >= 4); // the charts
    }

    void saysWhatFailed() {
        const QString folder = m_dir.filePath("failing");
        makeRun(folder, 1);
        app::Workspace workspace(m_dir.filePath("data2"), {});
        workspace.results().open(folder);
        QTRY_COMPARE(workspace.results().state(), app::RunResults::State::ready);
        Notice notice;
        ReportSaver saver(workspace, notice, &notice);
        QSignalSpy failed(&saver, &ReportSaver::failed);
        saver.save(m_dir.filePath("missing/report.html"));
        QTRY_COMPARE(failed.count(), 1);
        QVERIFY(notice.text().contains("missing/report.html"));
        QFile::remove(folder + "/block-00000.json");
        saver.save(m_dir.filePath("none.pdf"));
        QTRY_COMPARE(failed.count(), 2);
        QVERIFY(!QFile::exists(m_dir.filePath("none.pdf")));
    }

    // Page and window show a thing in the same colour: the style of the page names every colour of both themes.
    void thePageUsesTheColoursOfTheWindow() {
        const QString folder = m_dir.filePath("colours");
        makeRun(folder, 1);
        app::Workspace workspace(m_dir.filePath("data3"), {});
        workspace.results().open(folder);
        QTRY_COMPARE(workspace.results().state(), app::RunResults::State::ready);
        Notice notice;
        ReportSaver saver(workspace, notice, &notice);
        QSignalSpy saved(&saver, &ReportSaver::saved);
        const QString path = m_dir.filePath("colours.html");
        saver.save(path);
        QTRY_COMPARE(saved.count(), 1);
        const QByteArray html = contentsOf(path);
        for (const Colours* c : {&lightColours(), &darkColours()}) {
            for (size_t i = 0; i < c->categories.size(); ++i)
                QVERIFY(html.contains(QString("--s%1:%2").arg(i).arg(c->categories[i].name().toUpper()).toUtf8()));
            for (const QColor& colour : {c->window, c->card, c->hairline, c->grid, c->text, c->dimText, c->warning})
                QVERIFY2(html.contains(colour.name().toUpper().toUtf8()), qPrintable(colour.name()));
        }
    }
};

QTEST_MAIN(ReportSaverTest)
#include "report_saver_test.moc"
