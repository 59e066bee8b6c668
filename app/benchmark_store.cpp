// SPDX-License-Identifier: GPL-3.0-or-later
// The JSON file of measured speeds.
#include "app/benchmark_store.h"

#include <QCoreApplication>
#include <QFile>
#include <nlohmann/json.hpp>

#include "app/paths.h"
#include "core/json_text.h"
#include "core/store/atomic_file.h"

namespace awq::app {

namespace {

constexpr int fileVersion = 1;

struct Text {
    Q_DECLARE_TR_FUNCTIONS(BenchmarkStore)
};

nlohmann::ordered_json toJson(const core::BenchmarkRow& row) {
    return {{"phase", row.phase},
            {"batch", row.batch},
            {"tokens", row.tokens},
            {"median", row.median},
            {"min", row.minimum},
            {"max", row.maximum},
            {"tokens_per_second", row.tokensPerSecond},
            {"bandwidth_share", row.bandwidthShare}};
}

core::BenchmarkRow rowFrom(const nlohmann::json& json) {
    return {json.at("phase").get<std::string>(),
            json.at("batch").get<std::int64_t>(),
            json.at("tokens").get<std::int64_t>(),
            json.at("median").get<double>(),
            json.at("min").get<double>(),
            json.at("max").get<double>(),
            json.at("tokens_per_second").get<double>(),
            json.at("bandwidth_share").get<double>()};
}

nlohmann::ordered_json toJson(const BenchmarkRecord& record) {
    nlohmann::ordered_json rows = nlohmann::ordered_json::array();
    for (const core::BenchmarkRow& row : record.result.rows)
        rows.push_back(toJson(row));
    return {{"model", record.folder.toStdString()},
            {"when", record.when.toStdString()},
            {"device", record.result.device},
            {"driver", record.result.driver},
            {"form", record.result.label},
            {"copy_bytes_per_second", record.result.copyBytesPerSecond},
            {"rows", std::move(rows)}};
}

BenchmarkRecord recordFrom(const nlohmann::json& json) {
    BenchmarkRecord record;
    record.folder = QString::fromStdString(json.at("model").get<std::string>());
    record.when = QString::fromStdString(json.at("when").get<std::string>());
    record.result.device = json.at("device").get<std::string>();
    record.result.driver = json.at("driver").get<std::string>();
    record.result.label = json.at("form").get<std::string>();
    record.result.copyBytesPerSecond = json.at("copy_bytes_per_second").get<double>();
    for (const nlohmann::json& row : json.at("rows"))
        record.result.rows.push_back(rowFrom(row));
    return record;
}

} // namespace

BenchmarkStore::BenchmarkStore(const QString& file) : m_file(file) {
    if (QFile::exists(file))
        load();
}

void BenchmarkStore::load() {
    try {
        const nlohmann::json json = core::readJsonFile(toPath(m_file));
        if (json.at("version").get<int>() != fileVersion)
            core::badInput("written by another version", m_file.toStdString());
        for (const nlohmann::json& entry : json.at("records"))
            m_records.push_back(recordFrom(entry));
    } catch (const std::exception& error) { // core's and the JSON library's
        m_records.clear();
        const QString kept = m_file + QStringLiteral(".damaged");
        QFile::remove(kept);
        QFile::rename(m_file, kept);
        m_notice = Text::tr("The saved measurements could not be read (%1); they are kept as %2.")
                       .arg(QString::fromUtf8(error.what()), kept);
    }
}

void BenchmarkStore::add(BenchmarkRecord record) {
    m_records.push_back(std::move(record));
    save();
}

void BenchmarkStore::clear() {
    m_records.clear();
    save();
}

void BenchmarkStore::save() const {
    nlohmann::ordered_json records = nlohmann::ordered_json::array();
    for (const BenchmarkRecord& record : m_records)
        records.push_back(toJson(record));
    const nlohmann::ordered_json json{{"version", fileVersion}, {"records", std::move(records)}};
    try {
        core::writeFileAtomically(toPath(m_file), json.dump(2));
    } catch (const core::Error& error) {
        qWarning("The measurements could not be saved: %s", error.what());
    }
}

} // namespace awq::app
