// SPDX-License-Identifier: GPL-3.0-or-later
// Files of an output folder and snippets that load it.
#include "app/output_files.h"

#include <QCoreApplication>
#include <QDir>

#include "app/number_text.h"

namespace awq::app {

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(OutputFiles)
};

struct Template {
    const char *format, *program, *code; // %1: the folder, as a quoted string
};

constexpr const char* transformers = "from transformers import AutoModelForCausalLM, AutoTokenizer\n"
                                     "model = AutoModelForCausalLM.from_pretrained(%1, device_map=\"auto\")\n"
                                     "tokenizer = AutoTokenizer.from_pretrained(%1)";
constexpr const char* vllm = "from vllm import LLM\n"
                             "print(LLM(model=%1).generate(\"Hello\")[0].outputs[0].text)";
constexpr const char* sglang = "python -m sglang.launch_server --model-path %1";

const Template templates[] = {
    {"awq-gemm", "Transformers", transformers},
    {"awq-gemm", "vLLM", vllm},
    {"awq-gemm", "SGLang", sglang},
    {"compressed-tensors", "vLLM", vllm},
    {"compressed-tensors", "Transformers", transformers},
    {"llm-awq", "llm-awq",
     "python -m awq.entry --model_path ORIGINAL_MODEL --load_quant %1 --w_bit 4 --q_group_size 128"},
    {"simulated", "Transformers", transformers},
    {"simulated", "vLLM", vllm},
};

QString quoted(QString text) {
    text.replace(QLatin1Char('\\'), QLatin1String("\\\\")).replace(QLatin1Char('"'), QLatin1String("\\\""));
    return QLatin1Char('"') + text + QLatin1Char('"');
}

std::vector<Column<OutputFile>> columns() {
    using Row = OutputFile;
    return {
        {Text::tr("File"), Text::tr("In the output folder."), [](const Row& r) { return r.name; }},
        {Text::tr("Size"), Text::tr("On disk."), [](const Row& r) { return r.bytes; },
         [](const Row& r) { return bytesText(r.bytes); }, true, true},
    };
}

} // namespace

std::vector<OutputFile> filesIn(const QString& folder) {
    std::vector<OutputFile> files;
    for (const QFileInfo& file : QDir(folder).entryInfoList(QDir::Files, QDir::Name))
        files.push_back({file.fileName(), file.size()});
    return files;
}

OutputFilesModel::OutputFilesModel(QObject* parent) : TableModel(columns(), parent) {}

std::vector<LoadSnippet> loadSnippets(const QString& format, const QString& folder) {
    std::vector<LoadSnippet> snippets;
    for (const Template& entry : templates)
        if (format == QLatin1String(entry.format))
            snippets.push_back({QString::fromLatin1(entry.program),
                                QString::fromLatin1(entry.code).replace(QLatin1String("%1"), quoted(folder))});
    return snippets;
}

} // namespace awq::app
