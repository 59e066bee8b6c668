// SPDX-License-Identifier: GPL-3.0-or-later
// The words for recipe options.
#include "ui/widgets/option_labels.h"

#include <QCoreApplication>
#include <map>

#include "core/plan/recipe_presets.h"

namespace awq::ui {

namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(Option)
};

QString tr(const char* text) {
    return Words::tr(text);
}

std::vector<Choice> presetChoices() {
    std::vector<Choice> choices;
    for (const core::RecipePreset& preset : core::recipePresets())
        choices.push_back({QString::fromStdString(preset.name), QString::fromStdString(preset.title)});
    return choices;
}

std::map<QString, OptionLabel> makeTable() {
    return {
        {"preset", {tr("Preset"), tr("A starting point; every option can still be changed."), presetChoices()}},
        {"bits",
         {tr("Bits per weight"),
          tr("Fewer bits make a smaller file and a larger error. Packed formats hold 3 or 4."),
          {{"4", tr("4 bits")},
           {"3", tr("3 bits")},
           {"8", tr("8 bits")},
           {"6", tr("6 bits")},
           {"5", tr("5 bits")},
           {"2", tr("2 bits")}}}},
        {"group-size",
         {tr("Group size"),
          tr("Weights that share one step. From 128 to 64 costs about 0.16 bit per weight and lowers the error."),
          {{"128", tr("128 weights")}, {"64", tr("64 weights")}, {"32", tr("32 weights")}, {"-1", tr("Whole row")}}}},
        {"zero-point",
         {tr("Zero point"),
          tr("Gives every group its own zero, which suits lopsided weights. Off: symmetric groups."),
          {}}},
        {"scale-search",
         {tr("Channel scales"),
          tr("The search for channel scales is what protects the important inputs. None means plain rounding."),
          {{"awq", tr("Search 20 ratios")}, {"none", tr("None")}}}},
        {"clip-search",
         {tr("Clipping"),
          tr("Shrinks each group's range where that lowers the error."),
          {{"awq", tr("Search 10 fractions")},
           {"range", tr("Search both ends, by the inputs")},
           {"none", tr("None")}}}},
        {"rounding",
         {tr("Rounding"),
          tr("Compensated: the columns not yet rounded make up for the errors of those that are (GPTQ)."),
          {{"nearest", tr("To the nearest code")}, {"compensated", tr("Compensated")}}}},
        {"target",
         {tr("Target"),
          tr("Corrected: every linear makes up for the quantized linears before it. Needs a second set of activations."),
          {{"original", tr("Original weights")}, {"corrected", tr("Corrected weights")}}}},
        {"refine-rounds",
         {tr("Refinement rounds"),
          tr("Improves steps, zero points and codes after rounding where the error falls. 2 are enough; 0: off."),
          {}}},
        {"calibration", {tr("Text"), tr("The text the model reads while its activations are measured."), {}}},
        {"samples", {tr("Samples"), tr("Windows of text. More take more time and memory and steady the result."), {}}},
        {"sequence-length", {tr("Tokens per sample"), tr("Length of a window in tokens."), {}}},
        {"seed", {tr("Seed"), tr("Decides which texts are drawn; the same seed gives the same result."), {}}},
        {"text-field", {tr("Text field"), tr("Field of a .jsonl or .parquet record that holds the text."), {}}},
        {"chat-template",
         {tr("Chat format"),
          tr("Wraps every record as a conversation, which suits models tuned for chat. Empty: off."),
          {}}},
        {"calibration-rule",
         {tr("Windows"),
          tr("How texts become windows of equal length."),
          {{"pack", tr("All text, one window after another")}, {"pileval", tr("Shuffle and cut as llm-awq does")}}}},
        {"exclude",
         {tr("Keep in float"), tr("One pattern per line; linears whose full name matches stay in float."), {}}},
        {"bits-for",
         {tr("Other bits for"),
          tr("One PATTERN=BITS per line, for instance down_proj=8; the first match counts."),
          {}}},
        {"override",
         {tr("Scale sets"),
          tr("One SET=CHOICE per line: a ratio from 0 to 1, no-clip or exclude. Inspect writes them for you."),
          {}}},
        {"results-in", {tr("Apply results"), tr("Use a result file of llm-awq (.pt) instead of searching."), {}}},
        {"results-out", {tr("Save results"), tr("Save what the search found as a result file of llm-awq (.pt)."), {}}},
        {"format",
         {tr("Format"),
          tr("The layout of the written checkpoint decides which programs can load it."),
          {{"awq-gemm", tr("AWQ (Transformers, vLLM, SGLang)")},
           {"compressed-tensors", tr("compressed-tensors (vLLM, Transformers)")},
           {"llm-awq", tr("llm-awq (.pt)")},
           {"simulated", tr("Simulated (float weights after the round trip)")}}}},
        {"max-shard-size", {tr("Largest file"), tr("The output is split into files of at most this size."), {}}},
        {"memory-limit",
         {tr("Memory limit"), tr("Memory to use on the compute device; 0 B means all that is free."), {}}},
        {"prefetch",
         {tr("Blocks read ahead"), tr("Hides the time of reading weights; each costs one block of host memory."), {}}},
        {"device",
         {tr("Device"),
          tr("Where the search runs. Automatic takes the first GPU, else the CPU."),
          {{"auto", tr("Automatic")}, {"cpu", tr("CPU")}}}},
        {"dtype",
         {tr("Compute type"),
          tr("Precision of the search. Automatic: float32 on the CPU, the checkpoint's own on a GPU."),
          {{"auto", tr("Automatic")}, {"float32", "float32"}, {"float16", "float16"}, {"bfloat16", "bfloat16"}}}},
        {"threads", {tr("CPU threads"), tr("0 uses all cores."), {}}},
    };
}

} // namespace

OptionLabel optionLabel(const QString& name) {
    static const std::map<QString, OptionLabel> table = makeTable();
    const auto found = table.find(name);
    return found == table.end() ? OptionLabel{name, {}, {}} : found->second;
}

} // namespace awq::ui
