// SPDX-License-Identifier: GPL-3.0-or-later
// Overriding from the Inspect page, with the real engine on a tiny model: tried, shown, discarded, kept.
#include <QtTest>

#include <QCheckBox>
#include <QComboBox>
#include <QLabel>
#include <QPushButton>
#include <QTemporaryDir>

#include "app/core_services.h"
#include "app/number_text.h"
#include "app/paths.h"
#include "core/run/quantize_run.h"
#include "tests/support/event_recorder.h"
#include "tests/support/files.h"
#include "tests/support/tiny_model.h"
#include "ui/pages/inspect_page.h"
#include "ui/pages/override_panel.h"
#include "ui/theme/theme.h"

using namespace awq;
using namespace awq::ui;
namespace fs = std::filesystem;

namespace {

struct FakeShell : Shell {
    void goTo(const QString&) override {}
    void openPath(const QString&) override {}
    void openDemo() override {}
    void browse() override {}
    void inspect(int, const QString&) override {}
    void cancelRun() override {}
};

} // namespace

class OverridePanelTest : public QObject {
    Q_OBJECT

    QTemporaryDir m_dir;
    std::unique_ptr<Theme> m_theme;

    fs::path in(const std::string& name) const { return app::toPath(m_dir.filePath(QString::fromStdString(name))); }

    fs::path quantized(const std::string& name) const {
        core::QuantizeRequest request{.model = in("model"), .output = in(name)};
        request.recipe.groupSize = 32;
        request.recipe.device = "cpu";
        request.recipe.threads = 1;
        request.recipe.calibration.source = in("text.txt").string();
        request.recipe.calibration.samples = 4;
        request.recipe.calibration.sequenceLength = 32;
        test::EventRecorder recorder;
        if (!core::runQuantize(request, recorder, {}).ok())
            qFatal("the run to override failed");
        return request.output;
    }

    // The Inspect page over a finished run, with the override panel open on one linear.
    struct Shown {
        QTemporaryDir data;
        app::Workspace workspace{data.path(), app::coreServices()};
        FakeShell shell;
        InspectPage page{workspace, shell};

        void open(const fs::path& output, int block, const QString& linear) {
            page.resize(1190, 740);
            page.show();
            workspace.results().open(app::toText(output) + ".run");
            QTRY_COMPARE(int(workspace.results().state()), int(app::RunResults::State::ready));
            page.showLinear(block, linear);
            page.findChild<QPushButton*>("inspect.override")->click();
            QVERIFY(panel().isVisible());
        }

        OverridePanel& panel() const { return *page.findChild<OverridePanel*>(); }
        QComboBox& box(const QString& name) const { return *page.findChild<QComboBox*>(name); }
        QPushButton& button(const QString& name) const { return *page.findChild<QPushButton*>(name); }

        void chooseRatio(double ratio) const {
            for (int i = 1; i < box("override.ratio").count(); ++i)
                if (std::abs(box("override.ratio").itemData(i).toDouble() - ratio) < 1e-9)
                    return box("override.ratio").setCurrentIndex(i);
            QFAIL("no such ratio to choose");
        }

        bool says(const QString& text) const {
            for (const QLabel* label : panel().findChildren<QLabel*>())
                if (label->isVisible() && label->text().contains(text))
                    return true;
            return false;
        }
    };

private slots:
    void initTestCase() {
        m_theme = std::make_unique<Theme>(*qApp);
        m_theme->setMode(ThemeMode::light);
        test::writeTinyModel(in("model"));
        test::writeFile(in("text.txt"), test::tinyText(4000));
    }
    void cleanupTestCase() { m_theme.reset(); }

    void aTrialIsShownBeforeItIsKept() {
        const fs::path output = quantized("tried");
        const std::string written = test::readFile(output / "model.safetensors");
        const std::string info = test::readFile(output.string() + ".run/run.json");
        Shown shown;
        shown.open(output, 1, "mlp.down_proj");
        QVERIFY(shown.says("Scale set of block 1: mlp.up_proj absorbs the scale of the inputs of mlp.down_proj"));
        QVERIFY(!shown.button("override.keep").isVisible());
        shown.chooseRatio(0.9);
        shown.button("override.run").click();
        QVERIFY(!shown.button("override.run").isVisible() && shown.button("override.cancel").isVisible());
        QTRY_VERIFY(shown.button("override.keep").isVisible());
        const core::OverrideResult& result = *shown.workspace.overriding().result();
        QCOMPARE(result.wanted.scaleSet, std::string("model.layers.1.mlp.up_proj"));
        QVERIFY(result.before.outputMse != result.after.outputMse);
        QVERIFY(shown.says(QString("Output error of block 1: %1 → %2")
                               .arg(app::lossText(result.before.outputMse), app::lossText(result.after.outputMse))));
        // Another linear's set was not tried.
        shown.page.showLinear(0, "mlp.down_proj");
        QVERIFY(!shown.button("override.keep").isVisible());
        shown.page.showLinear(1, "mlp.down_proj");
        QVERIFY(shown.button("override.keep").isVisible());
        shown.button("override.discard").click();
        QVERIFY(!shown.button("override.keep").isVisible());
        QCOMPARE(test::readFile(output / "model.safetensors"), written);
        QCOMPARE(test::readFile(output.string() + ".run/run.json"), info);
    }

    void aKeptOneWritesTheFolderAgain() {
        const fs::path output = quantized("kept");
        const std::string written = test::readFile(output / "model.safetensors");
        Shown shown;
        shown.open(output, 0, "mlp.down_proj");
        shown.chooseRatio(0.9);
        shown.box("override.clip").setCurrentIndex(1);
        shown.button("override.run").click();
        QTRY_VERIFY(shown.button("override.keep").isVisible());
        shown.button("override.keep").click();
        QTRY_COMPARE(shown.workspace.queue().rowCount(), 1);
        QTRY_COMPARE(int(shown.workspace.queue().row(0).state), int(app::JobState::done));
        QVERIFY(test::readFile(output / "model.safetensors") != written);
        QTRY_COMPARE(shown.workspace.results().info().state, std::string("finished"));
        QCOMPARE(shown.workspace.results().info().recipe.overrides,
                 std::vector<std::string>{"model.layers.0.mlp.up_proj=0.9,no-clip"});
        // The page comes back to the linear, and the panel to what the recipe says now.
        QTRY_VERIFY(shown.page.view().subject());
        QCOMPARE(shown.page.view().subject()->name(), QString("0 · mlp.down_proj"));
        QCOMPARE(shown.box("override.ratio").currentData().toDouble(), 0.9);
        QCOMPARE(shown.box("override.clip").currentIndex(), 1);
        QCOMPARE(shown.page.view().subject()->linear.clippedShare, 0.0);
    }

    void aTrialCanBeCancelled() {
        const fs::path output = quantized("cancelled");
        Shown shown;
        shown.open(output, 1, "self_attn.q_proj");
        shown.page.findChild<QCheckBox*>("override.exclude")->setChecked(true);
        QVERIFY(!shown.box("override.ratio").isEnabled());
        shown.button("override.run").click();
        shown.workspace.runner().cancel();
        QTRY_VERIFY(!shown.workspace.runner().isRunning());
        QTRY_VERIFY(shown.button("override.run").isVisible() && shown.button("override.run").isEnabled());
        QVERIFY(!shown.button("override.keep").isVisible());
    }

    void aModelThatIsGoneIsAnErrorInWords() {
        const fs::path output = quantized("orphan");
        fs::rename(in("model"), in("elsewhere"));
        Shown shown;
        shown.open(output, 1, "mlp.down_proj");
        shown.chooseRatio(0.5);
        shown.button("override.run").click();
        QTRY_VERIFY(shown.page.notice().isVisible());
        QVERIFY2(shown.page.notice().text().contains(app::toText(in("model"))), qPrintable(shown.page.notice().text()));
        QVERIFY(shown.button("override.run").isVisible());
        fs::rename(in("elsewhere"), in("model"));
    }
};

QTEST_MAIN(OverridePanelTest)
#include "override_panel_test.moc"
