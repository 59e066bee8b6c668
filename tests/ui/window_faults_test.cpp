// SPDX-License-Identifier: GPL-3.0-or-later
// Faults driven through the window, with the real engine: each ends in words that say what, where and what to do next,
// in a state that waits for attention, with the program at hand.
#include <QtTest>

#include <cmath>
#include <cstring>

#include "core/store/run_store.h"
#include "tests/support/small_disk.h"
#include "tests/ui/real_studio.h"

using namespace awq;
using test::RealStudio;
using ui::PageState;
namespace fs = std::filesystem;

namespace {

constexpr int patience = 120'000; // ms

// The message of the page, which waits for attention and can start anew.
QString complaint(const RealStudio& studio, const QString& page) {
    if (studio.page(page).state() != PageState::attention)
        return "the page's state is " + ui::stateText(studio.page(page).state());
    if (!studio.page(page).notice().isVisibleTo(&studio.page(page)))
        return "no message";
    return studio.page(page).notice().text();
}

void spoilWeight(const fs::path& model, const test::TinyModelOptions& options, const std::string& name, float value) {
    std::vector<test::StoredTensor> tensors = test::tinyModelTensors(options);
    for (test::StoredTensor& tensor : tensors)
        if (tensor.name == name)
            std::memcpy(tensor.bytes.data(), &value, sizeof value);
    test::writeTensorFile(model / "model.safetensors", tensors);
}

} // namespace

#define AWQ_SAYS(text, ...)                                                                                            \
    for (const char* part : {__VA_ARGS__})                                                                             \
    QVERIFY2((text).contains(QLatin1String(part)), qPrintable(QString(part) + " is not in: " + (text)))

class WindowFaultsTest : public QObject {
    Q_OBJECT

private slots:
    void foldersThatAreNoGoodModels_data() {
        QTest::addColumn<QString>("fault");
        QTest::addColumn<QStringList>("words");
        QTest::newRow("architecture") << "architecture" << QStringList{"FooForCausalLM", "LlamaForCausalLM"};
        QTest::newRow("truncated") << "truncated" << QStringList{"model.safetensors"};
        QTest::newRow("no weights") << "no weights" << QStringList{"safetensors"};
        QTest::newRow("config") << "config" << QStringList{"config.json"};
    }
    void foldersThatAreNoGoodModels() {
        QFETCH(QString, fault);
        QFETCH(QStringList, words);
        RealStudio studio;
        const fs::path model = test::writeTinyModel(studio.in("model"));
        if (fault == "architecture") {
            QString config = QString::fromStdString(test::readFile(model / "config.json"));
            test::writeFile(model / "config.json", config.replace("LlamaForCausalLM", "FooForCausalLM").toStdString());
        } else if (fault == "truncated") {
            fs::resize_file(model / "model.safetensors", fs::file_size(model / "model.safetensors") / 2);
        } else if (fault == "no weights") {
            fs::remove(model / "model.safetensors");
        } else {
            test::writeFile(model / "config.json", "{\"architectures\": [");
        }
        studio.window.openPath(app::toText(model));
        QTRY_COMPARE(studio.page("model").state(), PageState::attention);
        const QString text = complaint(studio, "model");
        for (const QString& word : words)
            QVERIFY2(text.contains(word), qPrintable(word + " is not in: " + text));
        QVERIFY(!studio.window.findChild<QPushButton*>("quantize.start") ||
                !studio.window.findChild<QPushButton*>("quantize.start")->isEnabled());
    }

    void theOutputCannotBeWritten() {
        RealStudio studio;
        studio.openTiny();
        test::writeFile(studio.in("file"), "not a folder");
        studio.workspace.session().setOutput(studio.dir.filePath("file/out"));
        QTRY_VERIFY(studio.planIsReady());
        studio.pressQuantize();
        QTRY_COMPARE_WITH_TIMEOUT(studio.page("quantize").state(), PageState::attention, patience);
        const QString text = complaint(studio, "quantize");
        AWQ_SAYS(text, "file/out", "choose another");
    }

    void theCalibrationFileIsGone() {
        RealStudio studio;
        studio.openTiny();
        QTRY_VERIFY(studio.planIsReady());
        fs::remove(studio.in("text.txt"));
        studio.pressQuantize();
        QTRY_COMPARE_WITH_TIMEOUT(studio.page("quantize").state(), PageState::attention, patience);
        const QString text = complaint(studio, "quantize");
        AWQ_SAYS(text, "text.txt");
    }

    void aWeightIsNotANumber() {
        RealStudio studio;
        const test::TinyModelOptions options{.dtype = core::DType::F32};
        studio.openTiny(options);
        QTRY_VERIFY(studio.planIsReady());
        spoilWeight(studio.in("model"), options, "model.layers.1.mlp.up_proj.weight", std::nanf(""));
        studio.pressQuantize();
        QTRY_COMPARE_WITH_TIMEOUT(studio.page("quantize").state(), PageState::attention, patience);
        const QString text = complaint(studio, "quantize");
        AWQ_SAYS(text, "not finite", "model.layers.1.mlp.up_proj.weight");
        QVERIFY2(studio.noticeButton("quantize", "Resume"), "the first block is finished and kept");
    }

    void theModelVanishesDuringTheRun() {
        RealStudio studio;
        studio.openTiny({.blocks = 24});
        QTRY_VERIFY(studio.planIsReady());
        studio.pressQuantize();
        QTRY_VERIFY_WITH_TIMEOUT(studio.blocksDone() >= 1, patience);
        fs::rename(studio.in("model"), studio.in("elsewhere"));
        QTRY_COMPARE_WITH_TIMEOUT(studio.page("quantize").state(), PageState::attention, patience);
        const QString text = complaint(studio, "quantize");
        AWQ_SAYS(text, "model");
        QVERIFY(!fs::exists(studio.in("out")));
        fs::rename(studio.in("elsewhere"), studio.in("model")); // back again, it goes on
        QPushButton* resume = studio.noticeButton("quantize", "Resume");
        QVERIFY(resume);
        resume->click();
        QTRY_COMPARE_WITH_TIMEOUT(studio.page("quantize").state(), PageState::done, patience);
    }

    void theDiskIsFull() {
        RealStudio studio;
        studio.openTiny({.blocks = 6});
        fs::create_directory(studio.in("disk"));
        const auto disk = test::SmallDisk::mount(studio.in("disk"), 300'000);
        if (!disk)
            QSKIP("skipped: file systems cannot be mounted here");
        studio.workspace.session().setOutput(studio.dir.filePath("disk/out"));
        QTRY_VERIFY(studio.planIsReady());
        studio.pressQuantize();
        QTRY_COMPARE_WITH_TIMEOUT(studio.page("quantize").state(), PageState::attention, patience);
        const QString text = complaint(studio, "quantize");
        AWQ_SAYS(text, "disk");
        QVERIFY(!fs::exists(studio.in("disk/out")));
        QCOMPARE(studio.workspace.queue().row(0).state, app::JobState::failed);
    }

    void aRunFolderIsDamaged() {
        RealStudio studio;
        studio.openTiny();
        QTRY_VERIFY(studio.planIsReady());
        studio.pressQuantize();
        QTRY_COMPARE_WITH_TIMEOUT(studio.page("quantize").state(), PageState::done, patience);
        test::writeFile(studio.in("out.run/block-00001.json"), "{ half a fi");
        studio.window.openPath(studio.dir.filePath("out.run"));
        QTRY_COMPARE(studio.page("inspect").state(), PageState::attention);
        QString text = complaint(studio, "inspect");
        AWQ_SAYS(text, "cannot be read", "block-00001.json");
        QCOMPARE(studio.workspace.results().linears().rowCount(), 7); // the other block is shown

        test::writeFile(studio.in("out.run/run.json"), "nothing");
        studio.window.openPath(studio.dir.filePath("out.run"));
        QTRY_COMPARE(studio.workspace.results().state(), app::RunResults::State::failed);
        text = complaint(studio, "inspect");
        AWQ_SAYS(text, "run.json");
    }

    void anotherProgramWorksOnTheRun() {
        RealStudio studio;
        studio.openTiny({.blocks = 24});
        QTRY_VERIFY(studio.planIsReady());
        studio.pressQuantize();
        QTRY_VERIFY_WITH_TIMEOUT(studio.blocksDone() >= 1, patience);
        studio.pressCancel();
        QTRY_COMPARE_WITH_TIMEOUT(studio.page("quantize").state(), PageState::attention, patience);
        QPushButton* resume = studio.noticeButton("quantize", "Resume");
        QVERIFY(resume);
        core::RunStore other = core::RunStore::open(studio.in("out.run"));
        other.lock();
        resume->click();
        QTRY_VERIFY_WITH_TIMEOUT(!studio.workspace.runner().isRunning(), patience);
        const QString text = complaint(studio, "quantize");
        AWQ_SAYS(text, "another process is working on this run", "out.run");
    }
};

QTEST_MAIN(WindowFaultsTest)
#include "window_faults_test.moc"
