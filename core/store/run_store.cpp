// SPDX-License-Identifier: GPL-3.0-or-later
// Reads and writes the run folder.
#include "core/store/run_store.h"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <span>
#include <system_error>
#include <type_traits>

#include "core/export/manifest.h"
#include "core/export/safetensors_writer.h"
#include "core/json_fields.h"
#include "core/json_text.h"
#include "core/model/tensor_source.h"
#include "core/quant/result_arrays.h"
#include "core/quant/results_json.h"
#include "core/store/atomic_file.h"
#include "core/store/journal.h"
#include "core/utc_time.h"

namespace awq::core {

namespace fs = std::filesystem;

template <>
inline constexpr auto jsonFields<Fingerprint> =
    std::tuple{JsonField{"config", &Fingerprint::config}, JsonField{"shards", &Fingerprint::shards},
               JsonField{"calibration", &Fingerprint::calibration}, JsonField{"recipe", &Fingerprint::recipe},
               JsonField{"version", &Fingerprint::version}};
template <>
inline constexpr auto jsonFields<RunInfo> = std::tuple{JsonField{"model", &RunInfo::model},
                                                       JsonField{"output", &RunInfo::output},
                                                       JsonField{"fingerprint", &RunInfo::fingerprint},
                                                       JsonField{"blocks", &RunInfo::blocks},
                                                       JsonField{"state", &RunInfo::state},
                                                       JsonField{"written", &RunInfo::written},
                                                       JsonField{"started_at", &RunInfo::startedAt}};

namespace {

constexpr int storeVersion = 1; // of the folder's form; older programs refuse newer ones

fs::path infoFile(const fs::path& folder) {
    return folder / "run.json";
}
fs::path lockFile(const fs::path& folder) {
    return folder / "run.lock";
}
fs::path journalFile(const fs::path& folder) {
    return folder / "journal.jsonl";
}

RunInfo readInfo(const fs::path& folder) {
    const std::string where = infoFile(folder).string();
    if (!fs::exists(infoFile(folder)))
        badInput("this folder holds no run", folder.string(), "choose the folder of a run: it contains run.json");
    const nlohmann::json json = readJsonFile(infoFile(folder));
    int version = 0;
    readValue(json.value("version", nlohmann::json()), version, where + " version");
    if (version > storeVersion)
        badInput("the run was made by a newer version of AWQ Studio", where, "open it with that version");
    RunInfo info;
    readFields(json, info, where);
    info.recipe = recipeFromJson(json.value("recipe", nlohmann::json()), where + " recipe");
    return info;
}

template <typename Value>
constexpr DType dtypeOf() {
    return std::is_same_v<Value, float> ? DType::F32 : DType::I64; // counts are far below 2^63
}

std::vector<NamedTensor> arraysOf(const BlockResult& result) {
    std::vector<NamedTensor> arrays;
    forEachArray(result, [&](const std::string& name, const auto& values, const ArrayShape& shape) {
        using Value = typename std::decay_t<decltype(values)>::value_type;
        if (!values.empty())
            arrays.push_back({{name, dtypeOf<Value>(), shape}, std::as_bytes(std::span(values))});
    });
    return arrays;
}

[[noreturn]] void damaged(const fs::path& file, const std::string& what) {
    badInput(what, file.string(),
             "the other blocks stay readable; delete this block's files and resume the run to search it again");
}

// Rethrows what reading a block's file threw, with advice.
template <typename Read>
auto readingBlock(const fs::path& file, Read read) {
    try {
        return read();
    } catch (const Error& error) {
        damaged(file, std::string("damaged file: ") + error.what() +
                          (error.where().empty() ? "" : " (" + error.where() + ")"));
    }
}

void readArrays(const fs::path& file, const nlohmann::json& checksums, BlockResult& result) {
    const TensorSource source = TensorSource::open(file);
    forEachArray(result, [&](const std::string& name, auto& values, const ArrayShape&) {
        using Value = typename std::decay_t<decltype(values)>::value_type;
        if (!checksums.contains(name))
            return;
        const TensorBytes tensor = source.read(name);
        if (tensor.dtype != dtypeOf<Value>() || crc32Of(tensor.bytes) != checksums[name])
            badInput("wrong checksum", name);
        const auto view = tensor.as<Value>();
        values.assign(view.begin(), view.end());
    });
}

} // namespace

RunStore RunStore::create(const fs::path& folder, const RunInfo& info) {
    std::error_code error;
    fs::create_directories(folder, error);
    if (error)
        badInput("cannot create the run folder: " + error.message(), folder.string(),
                 "choose another one with --run-dir");
    if (fs::exists(infoFile(folder)))
        badInput("the folder already holds a run", folder.string(),
                 "resume it with --resume, or choose another one with --run-dir");
    RunStore store(folder, info);
    store.lock();
    if (store.m_info.startedAt.empty())
        store.m_info.startedAt = nowUtc();
    store.writeInfo();
    return store;
}

RunStore RunStore::open(const fs::path& folder) {
    return RunStore(folder, readInfo(folder));
}

void RunStore::lock() {
    m_lock = FileLock::tryHold(lockFile(m_folder));
    if (!m_lock)
        badInput("another process is working on this run", m_folder.string(),
                 "wait for it, or choose another --run-dir");
}

bool RunStore::isLocked(const fs::path& folder) {
    return FileLock::isHeld(lockFile(folder));
}

void RunStore::discard(const fs::path& folder) {
    {
        RunStore store = open(folder);
        store.lock();
    }
    std::error_code failure;
    fs::remove_all(folder, failure);
    if (failure)
        throw Error(ErrorCode::noResources, "the run could not be deleted: " + failure.message(), folder.string(),
                    "check who owns the folder");
}

void RunStore::writeInfo() const {
    OrderedJson json{{"version", storeVersion}};
    appendFields(json, m_info);
    json["recipe"] = toJson(m_info.recipe);
    writeFileAtomically(infoFile(m_folder), dumpPretty(json));
}

void RunStore::setState(const std::string& state) {
    m_info.state = state;
    writeInfo();
}

void RunStore::setFinished(const std::string& written) {
    m_info.written = written;
    setState("finished");
}

void RunStore::change(const Recipe& recipe, const Fingerprint& fingerprint) {
    m_info.recipe = recipe;
    m_info.fingerprint = fingerprint;
    setState(m_info.state == "finished" ? "changed" : m_info.state);
}

void RunStore::append(const Event& event) {
    if (!isLossy(event))
        appendToJournal(journalFile(m_folder), event);
}

std::vector<Event> RunStore::journal() const {
    return readJournal(journalFile(m_folder));
}

// The arrays come first: the JSON file is what makes the block count as saved.
void RunStore::saveBlock(const BlockResult& result) {
    const std::vector<NamedTensor> arrays = arraysOf(result);
    OrderedJson json = toJson(result);
    json["array_checksums"] = OrderedJson::object();
    for (const NamedTensor& array : arrays)
        json["array_checksums"][array.spec.name] = crc32Of(array.bytes);
    writeSafetensors(blockFile(result.block, ".safetensors"), arrays);
    writeFileAtomically(blockFile(result.block, ".json"), dumpPretty(json));
}

// The JSON file is what makes the block count as saved: it goes first and comes last.
void RunStore::removeBlock(int block) {
    fs::remove(blockFile(block, ".json"));
    fs::remove(blockFile(block, ".safetensors"));
}

void RunStore::adoptBlock(const RunStore& from, int block) {
    for (const char* suffix : {".safetensors", ".json"})
        fs::rename(from.blockFile(block, suffix), blockFile(block, suffix));
}

std::vector<int> RunStore::finishedBlocks() const {
    std::vector<int> blocks;
    for (const auto& entry : fs::directory_iterator(m_folder)) {
        const std::string name = entry.path().filename().string();
        int block = -1;
        if (std::sscanf(name.c_str(), "block-%d.json", &block) == 1 && entry.path() == blockFile(block, ".json"))
            blocks.push_back(block);
    }
    std::sort(blocks.begin(), blocks.end());
    return blocks;
}

BlockResult RunStore::loadBlockSummary(int block) const {
    const fs::path file = blockFile(block, ".json");
    return readingBlock(file, [&] { return blockResultFromJson(readJsonFile(file), file.string()); });
}

BlockResult RunStore::loadBlock(int block) const {
    BlockResult result = loadBlockSummary(block);
    const nlohmann::json json = readJsonFile(blockFile(block, ".json"));
    const fs::path file = blockFile(block, ".safetensors");
    readingBlock(file, [&] { readArrays(file, json.value("array_checksums", nlohmann::json::object()), result); });
    return result;
}

fs::path RunStore::blockFile(int block, const std::string& suffix) const {
    char stem[32];
    std::snprintf(stem, sizeof stem, "block-%05d", block);
    return m_folder / (stem + suffix);
}

} // namespace awq::core
