// SPDX-License-Identifier: GPL-3.0-or-later
// The window over the real engine, on models of a few hundred kilobytes, on the CPU.
#pragma once

#include <QPushButton>
#include <QTemporaryDir>
#include <QtTest>

#include "app/core_services.h"
#include "app/paths.h"
#include "tests/support/files.h"
#include "tests/support/tiny_model.h"
#include "ui/main_window.h"
#include "ui/pages/page.h"

namespace awq::test {

struct RealStudio {
    RealStudio() : workspace(dir.filePath("data"), app::coreServices()), theme(*qApp), window(workspace, theme) {
        window.show();
        QApplication::setActiveWindow(&window);
    }

    std::filesystem::path in(const std::string& name) const {
        return app::toPath(dir.filePath(QString::fromStdString(name)));
    }

    // Opens it with a calibration text of its own; the recipe is the quickest that does everything.
    void openTiny(const TinyModelOptions& options = {}) {
        writeTinyModel(in("model"), options);
        writeFile(in("text.txt"), tinyText(4000));
        window.openPath(dir.filePath("model"));
        core::Recipe recipe = workspace.session().recipe();
        recipe.groupSize = 32;
        recipe.calibration.source = in("text.txt").string();
        recipe.calibration.samples = 4;
        recipe.calibration.sequenceLength = 32;
        prepare(recipe);
    }

    void prepare(core::Recipe recipe) {
        recipe.device = "cpu";
        recipe.threads = 1;
        workspace.session().setRecipe(recipe);
        workspace.session().setOutput(dir.filePath("out"));
    }

    bool planIsReady() { return workspace.session().planState() == app::Session::State::ready; }
    void pressQuantize() { QTest::keyClick(&window, Qt::Key_F5); }
    void pressCancel() { QTest::keyClick(&window, Qt::Key_Period, Qt::ControlModifier); }

    ui::Page& page(const QString& name) const { return *window.page(name); }
    int blocksDone() { return workspace.quantizing().progress().blocksDone(); }

    // The button of the page's message, by its text; null when it has none.
    QPushButton* noticeButton(const QString& pageName, const QString& text) const {
        for (QPushButton* button : page(pageName).notice().findChildren<QPushButton*>())
            if (button->isVisible() && button->text() == text)
                return button;
        return nullptr;
    }

    QTemporaryDir dir;
    app::Workspace workspace;
    ui::Theme theme;
    ui::MainWindow window;
};

} // namespace awq::test
