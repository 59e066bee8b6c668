// SPDX-License-Identifier: GPL-3.0-or-later
// Evaluations as objects and lines.
#include "core/run/evaluation_json.h"

#include <sstream>

#include "core/json_fields.h"

namespace awq::core {
namespace {

OrderedJson textJson(const EvaluationFacts& facts) {
    const TextWindows& text = facts.text;
    return {{"file", facts.textFile.string()},      {"ids_hash", facts.idsHash},
            {"window", facts.windowLength},         {"stride", text.stride},
            {"max_tokens", text.maxTokens},         {"text_field", text.textField},
            {"special_tokens", text.specialTokens}, {"protocol", text.protocol}};
}

// The text and the machine, which all models of an evaluation share.
void addFacts(OrderedJson& json, const EvaluationFacts& facts) {
    json["text"] = textJson(facts);
    json["device"] = facts.device;
    json["dtype"] = facts.dtype;
    json["version"] = facts.version;
    json["started_at"] = facts.startedAt;
    json["seconds"] = facts.seconds;
}

const std::string& titleOf(const std::vector<std::string>& titles, std::int64_t document) {
    static const std::string none;
    return document < std::int64_t(titles.size()) ? titles[std::size_t(document)] : none;
}

OrderedJson partsJson(const std::vector<LossPart>& parts, const std::vector<std::string>& titles) {
    OrderedJson list = OrderedJson::array();
    for (const LossPart& part : parts) {
        list.push_back({{"index", part.index}, {"tokens", part.tokens}, {"nll", part.nll}});
        if (!titles.empty())
            list.back()["title"] = titleOf(titles, part.index);
    }
    return list;
}

OrderedJson partsJson(const std::vector<DivergencePart>& parts, const std::vector<LossPart>& a,
                      const std::vector<LossPart>& b, const std::vector<std::string>& titles) {
    OrderedJson list = OrderedJson::array();
    for (std::size_t i = 0; i < parts.size(); ++i) {
        list.push_back({{"index", parts[i].index},
                        {"tokens", parts[i].tokens},
                        {"nll_a", a[i].nll},
                        {"nll_b", b[i].nll},
                        {"kl", toJson(parts[i].kl)},
                        {"top1_agreement", parts[i].top1Agreement}});
        if (!titles.empty())
            list.back()["title"] = titleOf(titles, parts[i].index);
    }
    return list;
}

OrderedJson modelJson(const PerplexityResult& result) {
    return {{"model", result.model.string()},  {"label", result.label}, {"model_hash", result.modelHash},
            {"perplexity", result.perplexity}, {"sigma", result.sigma}, {"nll", result.nll}};
}

void writeLines(std::ostream& csv, const PerplexityResult& result, const char* part, const std::vector<LossPart>& parts,
                const std::vector<std::string>& titles) {
    for (const LossPart& line : parts)
        csv << csvQuoted(result.model.string()) << ',' << part << ',' << line.index << ','
            << csvQuoted(titleOf(titles, line.index)) << ',' << line.tokens << ',' << line.nll << '\n';
}

void writeLines(std::ostream& csv, const char* part, const std::vector<DivergencePart>& parts,
                const std::vector<LossPart>& a, const std::vector<LossPart>& b,
                const std::vector<std::string>& titles) {
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const DivergencePart& line = parts[i];
        csv << part << ',' << line.index << ',' << csvQuoted(titleOf(titles, line.index)) << ',' << line.tokens << ','
            << a[i].nll << ',' << b[i].nll;
        for (const double value : {line.kl.mean, line.kl.p50, line.kl.p90, line.kl.p99, line.kl.p999, line.kl.max})
            csv << ',' << value;
        csv << ',' << line.top1Agreement << '\n';
    }
}

constexpr int digits = 9;

} // namespace

OrderedJson toJson(const KlSummary& kl) {
    return {{"mean", kl.mean}, {"p50", kl.p50}, {"p90", kl.p90}, {"p99", kl.p99}, {"p999", kl.p999}, {"max", kl.max}};
}

OrderedJson toJson(const PerplexityResult& result, bool breakdown) {
    OrderedJson json = modelJson(result);
    json["tokens"] = result.tokens;
    json["windows"] = result.windows;
    addFacts(json, result.facts);
    if (breakdown) {
        json["window_nll"] = result.windowNll;
        json["positions"] = partsJson(result.positions, {});
        json["documents"] = partsJson(result.documents, result.documentTitles);
    }
    return json;
}

OrderedJson toJson(const CompareResult& result, bool breakdown) {
    const PerplexityResult &a = result.a, &b = result.b;
    OrderedJson json{{"perplexity", {{"a", a.perplexity}, {"b", b.perplexity}}},
                     {"delta", result.delta},
                     {"delta_sigma", result.deltaSigma},
                     {"kl", toJson(result.kl)},
                     {"top1_agreement", result.top1Agreement},
                     {"tokens", result.tokens},
                     {"windows", a.windows},
                     {"models", OrderedJson::array({modelJson(a), modelJson(b)})}};
    addFacts(json, a.facts);
    if (breakdown) {
        json["window_nll"] = {{"a", a.windowNll}, {"b", b.windowNll}};
        json["window_kl"] = result.windowKl;
        json["positions"] = partsJson(result.positions, a.positions, b.positions, {});
        json["documents"] = partsJson(result.documents, a.documents, b.documents, a.documentTitles);
    }
    return json;
}

std::string breakdownCsv(const std::vector<PerplexityResult>& results) {
    std::ostringstream csv;
    csv.precision(digits);
    csv << "model,part,index,title,tokens,nll\n";
    for (const PerplexityResult& result : results) {
        writeLines(csv, result, "position", result.positions, {});
        writeLines(csv, result, "document", result.documents, result.documentTitles);
    }
    return csv.str();
}

std::string breakdownCsv(const CompareResult& result) {
    std::ostringstream csv;
    csv.precision(digits);
    csv << "part,index,title,tokens,nll_a,nll_b,kl_mean,kl_p50,kl_p90,kl_p99,kl_p999,kl_max,top1_agreement\n";
    writeLines(csv, "position", result.positions, result.a.positions, result.b.positions, {});
    writeLines(csv, "document", result.documents, result.a.documents, result.b.documents, result.a.documentTitles);
    return csv.str();
}

std::string csvQuoted(const std::string& text) {
    std::string result = "\"";
    for (const char c : text)
        result += c == '"' ? std::string("\"\"") : std::string(1, c);
    return result + "\"";
}

} // namespace awq::core
