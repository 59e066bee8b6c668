// SPDX-License-Identifier: GPL-3.0-or-later
// Reads every include of the product and holds it against the link rule ui -> app -> core -> kernels.
#include <QtTest>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <regex>
#include <string>
#include <vector>

#include "tests/support/shared_data.h"

namespace fs = std::filesystem;

namespace {

struct Include {
    fs::path file;      // relative to the repository
    int line;
    std::string target; // as written between the quotes or brackets
};

std::vector<Include> includesOf(const std::string& room) {
    // \x22 is the quote: a raw string would confuse moc.
    static const std::regex pattern("^\\s*#\\s*include\\s*[<\\x22]([^>\\x22]+)[>\\x22]");
    std::vector<Include> includes;
    const fs::path root = awq::test::sourceDir();
    for (const auto& entry : fs::recursive_directory_iterator(root / room)) {
        const std::string extension = entry.path().extension().string();
        if (extension != ".h" && extension != ".cpp" && extension != ".cu" && extension != ".cuh")
            continue;
        std::ifstream file(entry.path());
        std::string text;
        std::smatch match;
        for (int line = 1; std::getline(file, text); ++line)
            if (std::regex_search(text, match, pattern))
                includes.push_back({fs::relative(entry.path(), root), line, match[1]});
    }
    return includes;
}

bool isTorch(const std::string& target) {
    for (const char* prefix : {"ATen/", "torch/", "c10/", "caffe2/"})
        if (target.starts_with(prefix))
            return true;
    return target == "core/tensor.h" || target.ends_with("_torch.h");
}

bool isQt(const std::string& target) {
    static const std::regex pattern("^(Q[A-Z]\\w*|Qt[A-Z]\\w*(/.*)?|qcustomplot\\.h|moc_.*)$");
    return std::regex_match(target, pattern);
}

bool isRoom(const std::string& target, const std::string& room) { return target.starts_with(room + "/"); }

struct Rule {
    const char* room;
    bool qt, torch;
    std::vector<std::string> rooms; // whose headers it may include
};

} // namespace

class IncludesTest : public QObject {
    Q_OBJECT

private slots:
    void roomsIncludeOnlyWhatTheyMay() {
        const std::vector<Rule> rules{
            {"kernels", false, false, {"kernels"}},
            {"core", false, true, {"core", "kernels"}},
            {"app", true, false, {"app", "core"}},
            {"ui", true, false, {"ui", "app", "core"}},
        };
        QStringList violations;
        for (const Rule& rule : rules) {
            for (const Include& include : includesOf(rule.room)) {
                bool allowed = true;
                if (isQt(include.target))
                    allowed = rule.qt;
                else if (isTorch(include.target))
                    allowed = rule.torch;
                else
                    for (const char* room : {"kernels", "core", "app", "ui", "tests"})
                        if (isRoom(include.target, room))
                            allowed = std::count(rule.rooms.begin(), rule.rooms.end(), room) > 0;
                // The composition roots: the window's may show windows, the terminal's knows no Qt.
                if (include.file == "app/main.cpp" && isRoom(include.target, "ui"))
                    allowed = true;
                if (include.file.string().starts_with("app/cli") && isQt(include.target))
                    allowed = false;
                if (!allowed)
                    violations << QString("%1:%2 includes %3")
                                      .arg(QString::fromStdString(include.file.string()))
                                      .arg(include.line)
                                      .arg(QString::fromStdString(include.target));
            }
        }
        QVERIFY2(violations.isEmpty(), qPrintable(violations.join('\n')));
    }

    void torchStaysInTheTensorRooms() {
        QStringList violations;
        for (const Include& include : includesOf("core")) {
            const std::string file = include.file.string();
            const bool tensorRoom =
                file.starts_with("core/model/decoder/") || file.starts_with("core/quant/search/") || file.starts_with("core/run/");
            const bool privateHeader = include.file.extension() != ".h" || file.ends_with("_torch.h") || file == "core/tensor.h";
            if (isTorch(include.target) && file != "core/tensor.h" && !(tensorRoom && privateHeader))
                violations << QString::fromStdString(file + ":" + std::to_string(include.line) + " includes " + include.target);
        }
        QVERIFY2(violations.isEmpty(), qPrintable(violations.join('\n')));
    }

    void onlyPlotsIncludeQCustomPlot() {
        QStringList violations;
        for (const Include& include : includesOf("ui"))
            if (include.target == "qcustomplot.h" && !include.file.string().starts_with("ui/plots/"))
                violations << QString::fromStdString(include.file.string());
        QVERIFY2(violations.isEmpty(), qPrintable(violations.join('\n')));
    }

    void headersNameTheirLicence() {
        QStringList missing;
        const fs::path root = awq::test::sourceDir();
        for (const char* room : {"kernels", "core", "app", "ui", "tests"})
            for (const auto& entry : fs::recursive_directory_iterator(root / room)) {
                const std::string extension = entry.path().extension().string();
                if (extension != ".h" && extension != ".cpp" && extension != ".cu" && extension != ".cuh")
                    continue;
                std::ifstream file(entry.path());
                std::string line;
                std::getline(file, line);
                if (line != "// SPDX-License-Identifier: GPL-3.0-or-later")
                    missing << QString::fromStdString(entry.path().string());
            }
        QVERIFY2(missing.isEmpty(), qPrintable(missing.join('\n')));
    }
};

QTEST_GUILESS_MAIN(IncludesTest)
#include "includes_test.moc"
