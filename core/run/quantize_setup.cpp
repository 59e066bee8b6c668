// SPDX-License-Identifier: GPL-3.0-or-later
// Preparing a quantization.
#include "core/tensor.h"

#include "core/run/quantize_setup_torch.h"

#include "core/device.h"
#include "core/run/checkpoint_assembly.h"
#include "core/run/compute_place_torch.h"
#include "core/run/fingerprint.h"
#include "core/run/given_results.h"
#include "core/run/plan_environment.h"
#include "core/run/tensor_values_torch.h"
#include "core/text/calibration.h"

namespace awq::core {

QuantizeSetup::QuantizeSetup(const std::filesystem::path& model, const Recipe& recipe, RunReporter& reporter,
                             const std::optional<ProcessPlace>& process)
    : m_recipe(recipe), m_reporter(reporter), m_model(ModelFolder::open(model)) {
    validate(m_recipe);
    m_model.requireFloat();
    std::vector<std::string> devices = resolveDevices(deviceFor(m_recipe.device, process));
    for (const std::string& device : devices)
        m_places.push_back(choosePlace(device, m_recipe.dtype, m_recipe.threads, m_model.dtype()));
    m_storage = storageType(m_recipe, m_model.dtype(), storedType(place().dtype));
    m_reporter.watchMemory(std::move(devices));
}

std::string QuantizeSetup::device() const {
    return deviceName(place());
}

void QuantizeSetup::makePlan(const std::filesystem::path& output) {
    m_plan = core::makePlan(outlineOf(m_model), m_recipe, planEnvironment(m_recipe, output));
    requireExecutable(m_plan);
    if (!m_recipe.resultsIn.empty())
        m_given = readGivenResults(m_recipe.resultsIn, m_model);
}

void QuantizeSetup::readCalibration() {
    const CalibrationSet calibration =
        buildCalibration(m_recipe.calibration, m_model.path(), m_model.spec().embedding.vocabulary);
    for (const std::string& note : calibration.notes())
        m_reporter.warn(note, calibration.file.string());
    m_calibrationHash = calibration.hash;
    m_ids = at::tensor(calibration.ids).view({calibration.windows, calibration.length}).to(at::kLong);
}

Fingerprint QuantizeSetup::fingerprint() const {
    return fingerprintOf(m_model, m_recipe, m_calibrationHash, device(),
                         std::string(nameOf(storedType(place().dtype))));
}

} // namespace awq::core
