// SPDX-License-Identifier: GPL-3.0-or-later
// Task records become the prompts that lm-evaluation-harness gives a model.
#include <QTemporaryDir>
#include <QtTest>

#include <fstream>

#include "core/error.h"
#include "core/text/task_file.h"

using namespace awq::core;

class TaskFileTest : public QObject {
    Q_OBJECT

private slots:
    void prompts_data() {
        QTest::addColumn<QString>("record");
        QTest::addColumn<QString>("kind");
        QTest::addColumn<QString>("context"); // of the right choice
        QTest::addColumn<QString>("continuation");
        QTest::newRow("hellaswag") << R"({"activity_label":"Cooking","ctx_a":"A man [step] stirs.","ctx_b":"he","endings":["eats","sings loudly [x]"],"label":"1"})"
                                   << "hellaswag" << "Cooking: A man stirs. He" << " sings loudly ";
        QTest::newRow("piqa") << R"({"goal":"open a jar","sol1":"turn the lid","sol2":"wait","label":0})" << "piqa"
                              << "Question: open a jar\nAnswer:" << " turn the lid";
        QTest::newRow("winogrande") << R"({"sentence":"The cup fell off the desk because _ was round.","option1":"the cup","option2":"the desk","answer":"1"})"
                                    << "winogrande" << "The cup fell off the desk because the cup" << " was round.";
        QTest::newRow("arc") << R"({"question":"What is hot?","choices":{"text":["ice","fire"],"label":["A","B"]},"answerKey":"B"})" << "arc"
                             << "Question: What is hot?\nAnswer:" << " fire";
        QTest::newRow("arc with numbers") << R"({"question":"What is hot?","choices":{"text":["ice","fire"],"label":["1","2"]},"answerKey":"2"})" << "arc"
                                          << "Question: What is hot?\nAnswer:" << " fire";
        QTest::newRow("mmlu") << R"({"question":" One plus one? ","choices":["1","2","3","4"],"answer":1,"subject":"arithmetic"})" << "mmlu"
                              << "One plus one?\nA. 1\nB. 2\nC. 3\nD. 4\nAnswer:" << " B";
        QTest::newRow("boolq") << R"({"passage":"Ice is cold.","question":"is ice cold","answer":true})" << "boolq"
                               << "Ice is cold.\nQuestion: is ice cold?\nAnswer:" << " yes";
        QTest::newRow("lambada") << R"({"text":"She opened the old door"})" << "lambada" << "She opened the old" << " door";
    }
    void prompts() {
        QFETCH(QString, record);
        QFETCH(QString, kind);
        QFETCH(QString, context);
        QFETCH(QString, continuation);
        const TaskFile tasks = readTaskFile(write(record.toStdString()));
        QCOMPARE(QString::fromStdString(tasks.kind), kind);
        QCOMPARE(int(tasks.questions.size()), 1);
        const TaskQuestion& question = tasks.questions[0];
        const TaskChoice& right = question.choices[std::size_t(question.answer)];
        QCOMPARE(QString::fromStdString(right.context), context);
        QCOMPARE(QString::fromStdString(right.continuation), continuation);
    }

    void errors_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("expected");
        QTest::newRow("empty") << "" << "no record";
        QTest::newRow("not json") << "hello" << "not a JSON object";
        QTest::newRow("unknown") << R"({"a":1})" << "no known task";
        QTest::newRow("answer out of range") << R"({"goal":"g","sol1":"a","sol2":"b","label":2})" << "none of the 2 choices";
        QTest::newRow("answer no number") << R"({"goal":"g","sol1":"a","sol2":"b","label":"x"})" << "not a number";
    }
    void errors() {
        QFETCH(QString, text);
        QFETCH(QString, expected);
        const auto file = write(text.toStdString());
        try {
            readTaskFile(file);
            QFAIL("no error");
        } catch (const Error& error) {
            QVERIFY2(QString(error.what()).contains(expected), error.what());
            QVERIFY(QString::fromStdString(error.where()).contains(QString::fromStdString(file.string())));
        }
    }

private:
    std::filesystem::path write(const std::string& text) {
        const std::filesystem::path file = std::filesystem::path(m_folder.path().toStdString()) / "task.jsonl";
        std::ofstream(file) << text << "\n";
        return file;
    }

    QTemporaryDir m_folder;
};

QTEST_GUILESS_MAIN(TaskFileTest)
#include "task_file_test.moc"
