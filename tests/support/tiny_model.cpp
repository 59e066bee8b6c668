// SPDX-License-Identifier: GPL-3.0-or-later
// Makes the tiny model: names and shapes of a Llama, seeded random values.
#include "tests/support/tiny_model.h"

#include <array>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <random>

namespace awq::test {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

namespace {

// Standard distributions differ between libraries; this one gives the same numbers everywhere.
class Random {
public:
    explicit Random(unsigned seed) : m_engine(seed) {}
    std::uint32_t below(std::uint32_t bound) { return m_engine() % bound; }
    double normal() { // the sum of twelve uniform numbers has variance 1
        double sum = -6;
        for (int i = 0; i < 12; ++i)
            sum += m_engine() * 0x1p-32;
        return sum;
    }

private:
    std::mt19937 m_engine;
};

StoredTensor randomMatrix(Random& random, const std::string& name, core::DType dtype, std::int64_t rows,
                          std::int64_t columns) {
    std::vector<double> values(std::size_t(rows * columns));
    const double deviation = 1 / std::sqrt(double(columns));
    for (double& value : values)
        value = random.normal() * deviation;
    return storedTensor(name, dtype, {rows, columns}, values);
}

// Every 37th channel is an outlier: large activations there.
StoredTensor norm(const std::string& name, core::DType dtype, std::int64_t size) {
    std::vector<double> values(std::size_t(size), 1.0);
    for (std::size_t i = 5; i < values.size(); i += 37)
        values[i] = 8;
    return storedTensor(name, dtype, {size}, values);
}

void appendBlock(std::vector<StoredTensor>& tensors, Random& random, const TinyModelOptions& o, int block) {
    const std::string prefix = "model.layers." + std::to_string(block) + ".";
    const std::int64_t keyValue = std::int64_t(o.hidden) / o.heads * o.keyValueHeads;
    const auto linear = [&](const char* name, std::int64_t rows, std::int64_t columns) {
        tensors.push_back(randomMatrix(random, prefix + name + ".weight", o.dtype, rows, columns));
    };
    tensors.push_back(norm(prefix + "input_layernorm.weight", o.dtype, o.hidden));
    linear("self_attn.q_proj", o.hidden, o.hidden);
    linear("self_attn.k_proj", keyValue, o.hidden);
    linear("self_attn.v_proj", keyValue, o.hidden);
    linear("self_attn.o_proj", o.hidden, o.hidden);
    tensors.push_back(norm(prefix + "post_attention_layernorm.weight", o.dtype, o.hidden));
    linear("mlp.gate_proj", o.intermediate, o.hidden);
    linear("mlp.up_proj", o.intermediate, o.hidden);
    linear("mlp.down_proj", o.hidden, o.intermediate);
}

// The character that stands for a byte in byte-level vocabularies, in UTF-8: printable ones stand for themselves, the
// others for U+0100 and up, in order.
std::string byteSymbol(int byte) {
    static const std::array<int, 256> table = [] {
        std::array<int, 256> symbols{};
        int next = 256;
        for (int b = 0; b < 256; ++b)
            symbols[b] = (b >= 33 && b <= 126) || (b >= 161 && b <= 172) || b >= 174 ? b : next++;
        return symbols;
    }();
    const int code = table[byte];
    if (code < 128)
        return std::string(1, char(code));
    return {char(0xc0 | code >> 6), char(0x80 | (code & 0x3f))};
}

void writeText(const fs::path& path, const std::string& text) {
    std::ofstream(path, std::ios::binary) << text;
}

Json addedToken(int id, const std::string& content) {
    return {{"id", id},        {"content", content},  {"single_word", false}, {"lstrip", false},
            {"rstrip", false}, {"normalized", false}, {"special", true}};
}

Json tokenizerModel() {
    Json vocabulary = Json::object();
    int id = 0;
    for (int byte = 0; byte < 256; ++byte)
        vocabulary[byteSymbol(byte)] = id++;
    const std::string space = byteSymbol(' ');
    Json merges = Json::array();
    for (const auto& [left, right] : std::vector<std::pair<std::string, std::string>>{
             {space, "t"}, {"h", "e"}, {space + "t", "he"}, {"i", "n"}, {"e", "r"}, {space, "a"}}) {
        vocabulary[left + right] = id++;
        merges.push_back(left + " " + right);
    }
    return {{"type", "BPE"},
            {"dropout", nullptr},
            {"unk_token", nullptr},
            {"continuing_subword_prefix", nullptr},
            {"end_of_word_suffix", nullptr},
            {"fuse_unk", false},
            {"byte_fallback", false},
            {"vocab", vocabulary},
            {"merges", merges}};
}

} // namespace

std::vector<StoredTensor> tinyModelTensors(const TinyModelOptions& options) {
    Random random(options.seed);
    std::vector<StoredTensor> tensors;
    tensors.push_back(
        randomMatrix(random, "model.embed_tokens.weight", options.dtype, options.vocabulary, options.hidden));
    for (int block = 0; block < options.blocks; ++block)
        appendBlock(tensors, random, options, block);
    tensors.push_back(norm("model.norm.weight", options.dtype, options.hidden));
    if (!options.tiedEmbeddings)
        tensors.push_back(randomMatrix(random, "lm_head.weight", options.dtype, options.vocabulary, options.hidden));
    return tensors;
}

void writeTinyConfig(const fs::path& folder, const TinyModelOptions& o) {
    const char* dtype = o.dtype == core::DType::F16 ? "float16" : o.dtype == core::DType::BF16 ? "bfloat16" : "float32";
    const Json config{{"architectures", {"LlamaForCausalLM"}},
                      {"model_type", "llama"},
                      {"hidden_size", o.hidden},
                      {"intermediate_size", o.intermediate},
                      {"num_hidden_layers", o.blocks},
                      {"num_attention_heads", o.heads},
                      {"num_key_value_heads", o.keyValueHeads},
                      {"vocab_size", o.vocabulary},
                      {"max_position_embeddings", 512},
                      {"rms_norm_eps", 1e-6},
                      {"rope_theta", 10000.0},
                      {"hidden_act", "silu"},
                      {"tie_word_embeddings", o.tiedEmbeddings},
                      {"bos_token_id", tinyBosId},
                      {"eos_token_id", tinyBosId + 1},
                      {"torch_dtype", dtype}};
    fs::create_directories(folder);
    writeText(folder / "config.json", config.dump(2));
}

void writeTinyTokenizer(const fs::path& folder) {
    const Json sequence{{"Sequence", {{"id", "A"}, {"type_id", 0}}}};
    const Json bos{{"SpecialToken", {{"id", "<s>"}, {"type_id", 0}}}};
    const Json tokenizer{
        {"version", "1.0"},
        {"truncation", nullptr},
        {"padding", nullptr},
        {"added_tokens", {addedToken(tinyBosId, "<s>"), addedToken(tinyBosId + 1, "</s>")}},
        {"normalizer", nullptr},
        {"pre_tokenizer",
         {{"type", "ByteLevel"}, {"add_prefix_space", false}, {"trim_offsets", true}, {"use_regex", true}}},
        {"post_processor",
         {{"type", "TemplateProcessing"},
          {"single", {bos, sequence}},
          {"pair", {bos, sequence, bos, sequence}},
          {"special_tokens", {{"<s>", {{"id", "<s>"}, {"ids", {tinyBosId}}, {"tokens", {"<s>"}}}}}}}},
        {"decoder", {{"type", "ByteLevel"}, {"add_prefix_space", true}, {"trim_offsets", true}, {"use_regex", true}}},
        {"model", tokenizerModel()}};
    fs::create_directories(folder);
    writeText(folder / "tokenizer.json", tokenizer.dump());
    writeText(folder / "tokenizer_config.json",
              R"({"tokenizer_class": "PreTrainedTokenizerFast", "bos_token": "<s>", "eos_token": "</s>"})");
}

fs::path writeTinyModel(const fs::path& folder, const TinyModelOptions& options) {
    writeTinyConfig(folder, options);
    writeTinyTokenizer(folder);
    const std::vector<StoredTensor> tensors = tinyModelTensors(options);
    if (options.shards == 1) {
        writeTensorFile(folder / "model.safetensors", tensors);
        return folder;
    }
    Json weightMap = Json::object();
    std::size_t total = 0;
    for (int shard = 0; shard < options.shards; ++shard) {
        const std::size_t begin = tensors.size() * shard / options.shards,
                          end = tensors.size() * (shard + 1) / options.shards;
        char name[64];
        std::snprintf(name, sizeof name, "model-%05d-of-%05d.safetensors", shard + 1, options.shards);
        writeTensorFile(folder / name,
                        {tensors.begin() + std::ptrdiff_t(begin), tensors.begin() + std::ptrdiff_t(end)});
        for (std::size_t i = begin; i < end; ++i) {
            weightMap[tensors[i].name] = name;
            total += tensors[i].bytes.size();
        }
    }
    writeText(folder / "model.safetensors.index.json",
              Json{{"metadata", {{"total_size", total}}}, {"weight_map", weightMap}}.dump());
    return folder;
}

std::string tinyText(std::size_t bytes, unsigned seed) {
    constexpr std::array words{"the",   "river", "stone", "over", "a",     "bridge", "under", "winter",
                               "light", "in",    "her",   "hand", "seven", "boats",  "carry", "grain",
                               "to",    "town",  "and",   "back", "again", "there"};
    Random random(seed);
    std::string text;
    while (text.size() < bytes) {
        const std::uint32_t length = 5 + random.below(9);
        for (std::uint32_t i = 0; i < length; ++i)
            text += (i ? " " : "") + std::string(words[random.below(words.size())]);
        text += ". ";
    }
    return text;
}

} // namespace awq::test
