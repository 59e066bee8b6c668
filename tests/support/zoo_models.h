// SPDX-License-Identifier: GPL-3.0-or-later
// The families' small trained models among the shared test material, as rows of data for tests.
#pragma once

#include <QTest>

namespace awq::test {

// One row per model, with a column "model": "llama2-tiny".
inline void addZooModels() {
    QTest::addColumn<QString>("model");
    for (const char* model : {"llama2", "llama3", "qwen2", "qwen3", "opt", "bloom", "mpt", "falcon7b", "falcon40b",
                              "gptneox", "gptbigcode", "llava", "internvl3"})
        QTest::newRow(model) << QString(model) + "-tiny";
}

} // namespace awq::test
