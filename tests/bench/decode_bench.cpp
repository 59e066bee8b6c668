// SPDX-License-Identifier: GPL-3.0-or-later
// Prefill and decode of a model of Llama-2-7B's shape with random weights, INT4 beside float16, and what share of the
// bandwidth decode reaches. Makes the folders first, blocks alike:
//   decode_bench FOLDER [BLOCKS [DEVICE]]       default 32 blocks (16 GB on the disk), cuda:0
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <random>
#include <string>

#include "core/run/benchmark_run.h"
#include "tests/support/files.h"
#include "tests/support/tensor_file.h"

namespace {

using namespace awq;
namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr std::int64_t hidden = 4096, intermediate = 11008, vocabulary = 32000, heads = 32, groupSize = 128;

class Values {
public:
    std::string bytes(std::size_t count) {
        std::string bytes(count, '\0');
        for (std::size_t i = 0; i + 4 <= count; i += 4) {
            const std::uint32_t word = std::uint32_t(m_random());
            bytes.replace(i, 4, reinterpret_cast<const char*>(&word), 4);
        }
        return bytes;
    }
    // float16 of magnitudes 2^-exponent to twice that, either sign.
    std::string halves(std::size_t count, unsigned exponent, bool positive = false) {
        std::string bytes(2 * count, '\0');
        for (std::size_t i = 0; i < count; ++i) {
            const std::uint64_t random = m_random();
            const auto half = std::uint16_t((random & (positive ? 0x3ffu : 0x83ffu)) | ((15 - exponent) << 10));
            bytes[2 * i] = char(half & 255), bytes[2 * i + 1] = char(half >> 8);
        }
        return bytes;
    }

private:
    std::mt19937_64 m_random{1};
};

class ModelMaker {
public:
    ModelMaker(fs::path folder, bool packed) : m_folder(std::move(folder)), m_packed(packed) {}

    void make(int blocks) {
        fs::create_directories(m_folder);
        writeConfig(blocks);
        write("outer.safetensors",
              {half("model.embed_tokens.weight", {vocabulary, hidden}, 6), half("model.norm.weight", {hidden}, 0, true),
               half("lm_head.weight", {vocabulary, hidden}, 7)});
        std::vector<test::StoredTensor> tensors = blockTensors();
        for (int block = 0; block < blocks; ++block) {
            for (test::StoredTensor& tensor : tensors) // the numbers in the names
                tensor.name = "model.layers." + std::to_string(block) +
                              tensor.name.substr(tensor.name.find('.', std::string("model.layers.").size()));
            write("block" + std::to_string(block) + ".safetensors", tensors);
        }
        test::writeFile(m_folder / "model.safetensors.index.json",
                        Json{{"metadata", {{"total_size", m_bytes}}}, {"weight_map", m_files}}.dump());
    }

private:
    void writeConfig(int blocks) {
        Json config{{"architectures", {"LlamaForCausalLM"}},
                    {"model_type", "llama"},
                    {"hidden_size", hidden},
                    {"intermediate_size", intermediate},
                    {"num_hidden_layers", blocks},
                    {"num_attention_heads", heads},
                    {"num_key_value_heads", heads},
                    {"vocab_size", vocabulary},
                    {"max_position_embeddings", 4096},
                    {"rms_norm_eps", 1e-5},
                    {"hidden_act", "silu"},
                    {"tie_word_embeddings", false},
                    {"torch_dtype", "float16"}};
        if (m_packed)
            config["quantization_config"] = {{"quant_method", "awq"},
                                             {"bits", 4},
                                             {"group_size", groupSize},
                                             {"zero_point", true},
                                             {"version", "gemm"}};
        test::writeFile(m_folder / "config.json", config.dump(2));
    }

    test::StoredTensor half(const std::string& name, std::vector<std::int64_t> shape, unsigned exponent,
                            bool positive = false) {
        std::size_t count = 1;
        for (const std::int64_t size : shape)
            count *= std::size_t(size);
        return {name, core::DType::F16, std::move(shape), m_values.halves(count, exponent, positive)};
    }

    void addLinear(std::vector<test::StoredTensor>& tensors, const std::string& name, std::int64_t rows,
                   std::int64_t columns) {
        if (!m_packed) {
            tensors.push_back(half(name + ".weight", {rows, columns}, 7));
            return;
        }
        const std::int64_t groups = columns / groupSize;
        tensors.push_back({name + ".qweight",
                           core::DType::I32,
                           {columns, rows / 8},
                           m_values.bytes(std::size_t(columns * rows / 2))});
        // All zero points are 8: the weights have no mean.
        tensors.push_back({name + ".qzeros",
                           core::DType::I32,
                           {groups, rows / 8},
                           std::string(std::size_t(groups * rows / 2), char(0x88))});
        tensors.push_back(half(name + ".scales", {groups, rows}, 9, true));
    }

    std::vector<test::StoredTensor> blockTensors() {
        const std::string prefix = "model.layers.0.";
        std::vector<test::StoredTensor> tensors{half(prefix + "input_layernorm.weight", {hidden}, 0, true),
                                                half(prefix + "post_attention_layernorm.weight", {hidden}, 0, true)};
        for (const char* name : {"self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj", "self_attn.o_proj"})
            addLinear(tensors, prefix + name, hidden, hidden);
        addLinear(tensors, prefix + "mlp.gate_proj", intermediate, hidden);
        addLinear(tensors, prefix + "mlp.up_proj", intermediate, hidden);
        addLinear(tensors, prefix + "mlp.down_proj", hidden, intermediate);
        return tensors;
    }

    void write(const std::string& file, const std::vector<test::StoredTensor>& tensors) {
        for (const test::StoredTensor& tensor : tensors) {
            m_files[tensor.name] = file;
            m_bytes += tensor.bytes.size();
        }
        test::writeTensorFile(m_folder / file, tensors);
    }

    fs::path m_folder;
    bool m_packed;
    Values m_values;
    Json m_files = Json::object();
    std::size_t m_bytes = 0;
};

struct SilentSink : core::EventSink {
    void receive(const core::Event&) override {}
};

bool measure(const fs::path& folder, const std::string& device) {
    core::BenchmarkRequest request{.model = folder, .promptTokens = {64, 2048}, .batches = {1}, .newTokens = 128};
    request.compute.device = device;
    SilentSink sink;
    const auto outcome = core::runBenchmark(request, sink, {});
    if (!outcome.ok()) {
        std::fprintf(stderr, "%s\n", outcome.error->what());
        return false;
    }
    std::printf("%s on %s, copy %.3g GB/s\n", outcome.result->label.c_str(), outcome.result->device.c_str(),
                outcome.result->copyBytesPerSecond * 1e-9);
    for (const core::BenchmarkRow& row : outcome.result->rows)
        std::printf("  %-8s %lld x %lld tokens: %.2f ms (%.2f to %.2f), %.0f tokens/s, %.3f of the bandwidth\n",
                    row.phase.c_str(), static_cast<long long>(row.batch), static_cast<long long>(row.tokens),
                    row.median * 1e3, row.minimum * 1e3, row.maximum * 1e3, row.tokensPerSecond, row.bandwidthShare);
    return true;
}

} // namespace

int main(int count, char** values) {
    if (count < 2) {
        std::fprintf(stderr, "decode_bench FOLDER [BLOCKS [DEVICE]]\n");
        return 2;
    }
    const fs::path root = values[1];
    const int blocks = count > 2 ? std::atoi(values[2]) : 32;
    const std::string device = count > 3 ? values[3] : "cuda:0";
    bool succeeded = true;
    for (const bool packed : {true, false}) {
        const fs::path folder = root / (packed ? "packed" : "float");
        ModelMaker(folder, packed).make(blocks);
        succeeded = measure(folder, device) && succeeded;
    }
    return succeeded ? 0 : 1;
}
