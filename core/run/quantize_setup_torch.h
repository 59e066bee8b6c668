// SPDX-License-Identifier: GPL-3.0-or-later
// What a quantization starts from: model, recipe, the place to compute, the plan and the calibration's tokens.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/export/awq_results.h"
#include "core/model/decoder/block_weights_torch.h"
#include "core/model/model_folder.h"
#include "core/plan/plan.h"
#include "core/run/process_place.h"
#include "core/run/run_reporter.h"
#include "core/store/run_store.h"

namespace awq::core {

class QuantizeSetup {
public:
    // Opens the model, checks the recipe and chooses the devices. `process`: which of several this is. Throws Error.
    QuantizeSetup(const std::filesystem::path& model, const Recipe& recipe, RunReporter& reporter,
                  const std::optional<ProcessPlace>& process = {});

    void makePlan(const std::filesystem::path& output); // throws the plan's first problem; reads a result file
    void readCalibration();

    const ModelFolder& model() const { return m_model; }
    const Recipe& recipe() const { return m_recipe; }
    const ComputePlace& place() const { return m_places.front(); }
    const std::vector<ComputePlace>& places() const { return m_places; }      // of the devices that share the blocks
    std::string device() const;                                               // the first
    DType storage() const { return m_storage; }                               // of floats and group scales as written
    const Plan& plan() const { return m_plan; }                               // after makePlan()
    const AwqResults* given() const { return m_given ? &*m_given : nullptr; } // likewise; null: search
    const at::Tensor& ids() const { return m_ids; } // after readCalibration(): int64 [windows, length]
    Fingerprint fingerprint() const;                // likewise

private:
    Recipe m_recipe;
    RunReporter& m_reporter;
    ModelFolder m_model;
    std::vector<ComputePlace> m_places;
    DType m_storage = DType::F16;
    Plan m_plan;
    std::optional<AwqResults> m_given;
    at::Tensor m_ids;
    std::string m_calibrationHash;
};

} // namespace awq::core
