// SPDX-License-Identifier: GPL-3.0-or-later
// The output folder: whole or absent, never over something else, and the side files that come along.
#include <sys/stat.h>
#include <unistd.h>

#include <QTemporaryDir>
#include <QtTest>
#include <nlohmann/json.hpp>
#include <set>

#include "core/export/output_folder.h"
#include "core/export/side_files.h"
#include "tests/support/expect_error.h"
#include "tests/support/files.h"

using namespace awq;
using core::ErrorCode;
using core::OutputFolder;
namespace fs = std::filesystem;

class OutputFolderTest : public QObject {
    Q_OBJECT

    QTemporaryDir m_dir;
    fs::path m_model;

    fs::path in(const char* name) const { return fs::path(m_dir.path().toStdString()) / name; }

private slots:
    void initTestCase() {
        m_model = in("model");
        test::writeFile(m_model / "config.json", "{}");
    }

    void appearsWhenCommitted() {
        const fs::path target = in("new/deep");
        {
            OutputFolder output(target, m_model, false);
            test::writeFile(output.work() / "sub/file", "x");
            QVERIFY(!fs::exists(target));
            output.commit();
        }
        QCOMPARE(test::readFile(target / "sub/file"), std::string("x"));
        QVERIFY(!fs::exists(target.string() + ".partial"));
    }

    void vanishesWithoutCommit() {
        const fs::path target = in("failed");
        {
            OutputFolder output(target, m_model, false);
            test::writeFile(output.work() / "file", "x");
        }
        QVERIFY(!fs::exists(target));
        QVERIFY(!fs::exists(target.string() + ".partial"));
    }

    void clearsWhatAnInterruptedRunLeft() {
        const fs::path target = in("again");
        test::writeFile(target.string() + ".partial/stale", "x");
        fs::create_directories(target); // an empty folder may stand there
        OutputFolder output(target.string() + "/", m_model, false);
        QVERIFY(fs::is_empty(output.work()));
        test::writeFile(output.work() / "file", "y");
        output.commit();
        QVERIFY(fs::exists(target / "file"));
    }

    void replacesOnlyModelsAndOnlyWhenAsked() {
        const fs::path target = in("old");
        test::writeFile(target / "photo.jpg", "x");
        AWQ_EXPECT_ERROR(OutputFolder(target, m_model, false), ErrorCode::badInput, "not empty");
        AWQ_EXPECT_ERROR(OutputFolder(target, m_model, true), ErrorCode::badInput, "holds no model");
        test::writeFile(target / "config.json", "{}");
        {
            OutputFolder output(target, m_model, true);
            test::writeFile(output.work() / "new", "y");
            QVERIFY(fs::exists(target / "photo.jpg"));
            output.commit();
        }
        QVERIFY(fs::exists(target / "new"));
        QVERIFY(!fs::exists(target / "photo.jpg"));
        QVERIFY(!fs::exists(target.string() + ".partial"));
    }

    void refusesUnusableTargets() {
        AWQ_EXPECT_ERROR(OutputFolder(m_model, m_model, true), ErrorCode::badInput, "model's own folder");
        AWQ_EXPECT_ERROR(OutputFolder(m_model / "../model/.", m_model, true), ErrorCode::badInput,
                         "model's own folder");
        AWQ_EXPECT_ERROR(OutputFolder(m_model.parent_path(), m_model, true), ErrorCode::badInput, "model's own folder");
        AWQ_EXPECT_ERROR(OutputFolder(m_model / "config.json", m_model, true), ErrorCode::badInput, "not a folder");
        OutputFolder first(in("busy"), m_model, false);
        AWQ_EXPECT_ERROR(OutputFolder(in("busy"), m_model, false), ErrorCode::badInput, "another run");
        QVERIFY(fs::exists(first.work()));
    }

    void refusesReadOnlyFolders() {
        if (::geteuid() == 0)
            QSKIP("skipped: the superuser may write everywhere");
        fs::create_directories(in("locked"));
        ::chmod(in("locked").c_str(), 0555);
        AWQ_EXPECT_ERROR(OutputFolder(in("locked/out"), m_model, false), ErrorCode::badInput,
                         "cannot create the output folder");
        ::chmod(in("locked").c_str(), 0755);
    }

    void copiesSideFiles() {
        const fs::path model = in("side");
        const std::set<std::string> wanted{"generation_config.json",
                                           "tokenizer.json",
                                           "tokenizer.model",
                                           "tokenizer_config.json",
                                           "special_tokens_map.json",
                                           "added_tokens.json",
                                           "vocab.json",
                                           "merges.txt",
                                           "chat_template.jinja",
                                           "preprocessor_config.json",
                                           "processor_config.json",
                                           "video_preprocessor_config.json",
                                           "qwen.tiktoken",
                                           "LICENSE.txt"};
        for (const std::string& name : wanted)
            test::writeFile(model / name, "{}");
        test::writeFile(model / "additional_chat_templates/rag.jinja", "x");
        for (const char* name :
             {"config.json", "model.safetensors", "model.safetensors.index.json", "README.md", "modeling_x.py"})
            test::writeFile(model / name, "{}");
        for (const bool code : {false, true}) {
            const fs::path output = in(code ? "side-code" : "side-plain");
            fs::create_directories(output);
            core::copySideFiles(model, code ? nlohmann::json{{"auto_map", {}}} : nlohmann::json::object(), output);
            std::set<std::string> expected = wanted, copied;
            expected.insert("additional_chat_templates");
            if (code)
                expected.insert("modeling_x.py");
            for (const auto& entry : fs::directory_iterator(output))
                copied.insert(entry.path().filename().string());
            QCOMPARE(copied, expected);
            QVERIFY(fs::exists(output / "additional_chat_templates/rag.jinja"));
        }
    }
};

QTEST_GUILESS_MAIN(OutputFolderTest)
#include "output_folder_test.moc"
