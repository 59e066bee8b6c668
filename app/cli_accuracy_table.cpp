// SPDX-License-Identifier: GPL-3.0-or-later
// awq-cli table: what every preset costs in perplexity, beside plain rounding and llm-awq's procedure.
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <map>

#include "app/cli_common.h"
#include "app/cli_recipe.h"
#include "app/cli_table.h"
#include "app/cli_table_forms.h"
#include "app/cli_verbs.h"
#include "core/error.h"
#include "core/run/quantize_run.h"

namespace awq::app {
namespace {

using nlohmann::ordered_json;
namespace fs = std::filesystem;

struct Row {
    std::string model, form;
    double seconds = 0; // of quantizing
    core::CompareResult compared;
};

// "{model}" becomes the folder as given, "{name}" its last part.
std::string filled(std::string text, const fs::path& model) {
    const fs::path folder = model.has_filename() ? model : model.parent_path();
    for (const auto& [mark, value] :
         std::map<std::string, std::string>{{"{model}", folder.string()}, {"{name}", folder.filename().string()}})
        for (std::size_t at = text.find(mark); at != std::string::npos; at = text.find(mark, at + value.size()))
            text.replace(at, mark.size(), value);
    return text;
}

// A folder of quantized models that goes when the table is done; tables made at the same time have their own.
class WorkFolder {
public:
    explicit WorkFolder(const Arguments& arguments) : m_kept(arguments.has("work")) {
        std::string name = arguments.text("work", (fs::temp_directory_path() / "awq-table-XXXXXX").string());
        if (m_kept)
            fs::create_directories(name);
        else if (!::mkdtemp(name.data()))
            throw core::Error(core::ErrorCode::badInput, "cannot create a folder for the quantized models", name,
                              "give one with --work DIR");
        m_path = name;
    }
    ~WorkFolder() {
        std::error_code ignored;
        if (!m_kept)
            fs::remove_all(m_path, ignored);
    }
    WorkFolder(const WorkFolder&) = delete;

    const fs::path& path() const { return m_path; }

private:
    bool m_kept;
    fs::path m_path;
};

// The bundled one unless another is asked for.
core::TextWindows textFor(const Arguments& arguments, const fs::path& model) {
    core::TextWindows text = textWindows(arguments, "bundled");
    text.text = filled(text.text.string(), model);
    text.ids = filled(text.ids.string(), model);
    return text;
}

std::string folderName(std::string text) {
    std::ranges::replace(text, '/', '-');
    return text;
}

Row measure(const fs::path& model, const std::string& form, const fs::path& output, const VerbContext& context) {
    core::QuantizeRequest quantize;
    quantize.model = model;
    quantize.output = output;
    quantize.recipe = formRecipe(form, context.arguments);
    quantize.recipe.calibration.source = filled(quantize.recipe.calibration.source, model);
    quantize.force = true;
    const core::QuantizeResult written = valueOf(core::runQuantize(quantize, context.events, context.stop));
    core::CompareRequest compare;
    compare.a = model;
    compare.b = output;
    compare.text = textFor(context.arguments, model);
    compare.compute = computeOptions(context.arguments);
    return {model.string(), form, written.seconds, valueOf(core::runCompare(compare, context.events, context.stop))};
}

// Of the same model by the reference procedure; null when the table lacks it.
const Row* referenceOf(const Row& row, const std::vector<Row>& rows) {
    const auto found = std::ranges::find_if(
        rows, [&](const Row& other) { return other.model == row.model && other.form == referenceForm; });
    return found == rows.end() ? nullptr : &*found;
}

// Percent of what the reference loses; NaN without one.
double shareOf(double value, const Row& row, const std::vector<Row>& rows, double (*of)(const Row&)) {
    const Row* base = referenceOf(row, rows);
    return base ? 100 * value / of(*base) : std::nan("");
}

double increaseOf(const Row& row) {
    return row.compared.delta;
}
double divergenceOf(const Row& row) {
    return row.compared.kl.mean;
}

std::string tableText(const std::vector<Row>& rows) {
    TextTable table({"model", "form", ">perplexity", ">+-", ">increase", ">+-", ">% of llm-awq", ">KL", ">% of llm-awq",
                     ">seconds"});
    std::string model;
    for (const Row& row : rows) {
        const core::CompareResult& compared = row.compared;
        if (row.model != model)
            table.add({row.model, "float", number(compared.a.perplexity, 4), number(compared.a.sigma, 4), "", "", "",
                       "", "", ""});
        model = row.model;
        table.add({"", row.form, number(compared.b.perplexity, 4), number(compared.b.sigma, 4),
                   number(compared.delta, 4), number(compared.deltaSigma, 4),
                   number(shareOf(increaseOf(row), row, rows, increaseOf), 1), number(compared.kl.mean, 5),
                   number(shareOf(divergenceOf(row), row, rows, divergenceOf), 1), number(row.seconds, 1)});
    }
    return table.text();
}

ordered_json rowJson(const Row& row) {
    const core::CompareResult& compared = row.compared;
    return {{"model", row.model},
            {"form", row.form},
            {"float_perplexity", compared.a.perplexity},
            {"perplexity", compared.b.perplexity},
            {"sigma", compared.b.sigma},
            {"increase", compared.delta},
            {"increase_sigma", compared.deltaSigma},
            {"kl_mean", compared.kl.mean},
            {"top1_agreement", compared.top1Agreement},
            {"tokens", compared.tokens},
            {"seconds", row.seconds}};
}

VerbResult table(const VerbContext& context) {
    const std::vector<std::string> forms = tableForms(context.arguments);
    textFor(context.arguments, {}); // mistakes are told before anything is quantized
    for (const std::string& form : forms)
        formRecipe(form, context.arguments);
    const WorkFolder work(context.arguments);
    std::vector<Row> rows;
    for (const std::string& model : context.arguments.operands())
        for (const std::string& form : forms)
            rows.push_back(
                measure(model, form, work.path() / folderName(filled("{name}", model) + "-" + form), context));
    VerbResult result{ordered_json::array(), tableText(rows)};
    for (const Row& row : rows)
        result.json.push_back(rowJson(row));
    return result;
}

// Those of the recipe but for the names that the text has too; one value serves both.
std::vector<CliOption> tableOptions() {
    std::vector<CliOption> options = textWindowOptions();
    for (const CliOption& option : recipeCliOptions())
        if (std::ranges::find(options, option.name, &CliOption::name) == options.end())
            options.push_back(option);
    return options;
}

} // namespace

Verb tableVerb() {
    return {"table",
            "MODEL...",
            "perplexity of every preset beside plain rounding and llm-awq's procedure",
            1,
            64,
            joined({{"presets", "A,B",
                     "forms to compare, rtn for plain rounding (all); best/refine-rounds=0: with changes"},
                    {"ablation", "", "Best beside itself without each of its ingredients"},
                    {"work", "DIR", "keep the quantized folders here"}},
                   tableOptions()),
            table};
}

} // namespace awq::app
