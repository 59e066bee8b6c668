// SPDX-License-Identifier: GPL-3.0-or-later
// Hashes of config and shards; recipe as text.
#include "core/run/fingerprint.h"

#include <chrono>
#include <nlohmann/json.hpp>

#include "core/content_hash.h"
#include "core/error.h"
#include "core/version.h"

namespace awq::core {

std::string shardHash(const TensorSource& tensors) {
    ContentHash hash;
    for (const std::filesystem::path& file : tensors.files()) {
        const auto changed = std::filesystem::last_write_time(file).time_since_epoch();
        hash.add(file.filename().string()).add(std::filesystem::file_size(file));
        hash.add(std::uint64_t(std::chrono::duration_cast<std::chrono::nanoseconds>(changed).count()));
    }
    for (const TensorInfo& tensor : tensors.tensors())
        hash.add(tensor.name).add(nameOf(tensor.dtype)).add(tensor.offset).add(tensor.bytes);
    return hash.hex();
}

namespace {

// The keys whose values differ: "bits 4, now 3".
std::string changesOf(const std::string& before, const std::string& now) {
    const auto old = nlohmann::json::parse(before, nullptr, false), current = nlohmann::json::parse(now);
    if (!old.is_object())
        return {};
    std::string changes;
    for (const auto& [key, value] : current.items())
        if (const auto found = old.find(key); found != old.end() && *found != value)
            changes += (changes.empty() ? "" : "; ") + key + " " + found->dump() + ", now " + value.dump();
    return changes.empty() ? "" : " (" + changes + ")";
}

std::string configHash(const ModelFolder& model) {
    return ContentHash().add(model.config().json().dump()).hex();
}

} // namespace

std::string modelHash(const ModelFolder& model) {
    return ContentHash().add(configHash(model)).add(shardHash(model.tensors())).hex();
}

Fingerprint fingerprintOf(const ModelFolder& model, const Recipe& recipe, const std::string& calibrationHash,
                          const std::string& device, const std::string& dtype) {
    Recipe relevant = recipe;
    const Recipe defaults;
    relevant.device = device.substr(0, device.find(':'));
    relevant.dtype = dtype;
    relevant.threads = defaults.threads;
    relevant.prefetch = defaults.prefetch;
    relevant.memoryLimit = defaults.memoryLimit;
    relevant.resultsOut = defaults.resultsOut;
    Fingerprint fingerprint;
    fingerprint.config = configHash(model);
    fingerprint.shards = shardHash(model.tensors());
    fingerprint.calibration = calibrationHash;
    fingerprint.recipe = toJson(relevant).dump();
    fingerprint.version = version();
    return fingerprint;
}

std::string textOf(const Fingerprint& fingerprint) {
    return nlohmann::json{fingerprint.config, fingerprint.shards, fingerprint.calibration, fingerprint.recipe,
                          fingerprint.version}
        .dump();
}

Fingerprint fingerprintFromText(const std::string& text) {
    const auto parts = nlohmann::json::parse(text).get<std::vector<std::string>>();
    return {parts.at(0), parts.at(1), parts.at(2), parts.at(3), parts.at(4)};
}

void requireSame(const Fingerprint& before, const Fingerprint& now, const std::string& runDir) {
    std::string changed;
    const auto compare = [&](const std::string& what, const std::string& a, const std::string& b) {
        if (a != b)
            changed += (changed.empty() ? "" : ", ") + what;
    };
    compare("the model's config.json", before.config, now.config);
    compare("the weight files", before.shards, now.shards);
    compare("the calibration", before.calibration, now.calibration);
    compare("the recipe" + changesOf(before.recipe, now.recipe), before.recipe, now.recipe);
    compare("the program's version", before.version, now.version);
    if (!changed.empty())
        badInput("this run cannot be resumed: " + changed + " changed since it started", runDir,
                 "undo the change, or start anew without --resume and with --force");
}

} // namespace awq::core
