// SPDX-License-Identifier: GPL-3.0-or-later
// Keeping model, recipe and plan in step.
#include "app/session.h"

#include <QDir>
#include <QFileInfo>

#include "app/paths.h"

namespace awq::app {

Session::Session(Services services, QObject* parent) : QObject(parent), m_services(std::move(services)) {}

void Session::openModel(const QString& folder) {
    m_folder = folder;
    m_modelState = State::working;
    m_modelError.reset();
    m_model = {};
    m_planTask.cancel();
    m_mappingTask.cancel();
    m_mapping = {};
    m_planState = State::none;
    m_plan = {};
    m_outputChosen = false;
    m_output.clear();
    emit modelChanged();
    emit recipeChanged();
    emit planChanged();
    m_modelTask.request([open = m_services.openModel, path = toPath(folder)](std::stop_token) { return open(path); },
                        [this](const core::Outcome<ModelInfo>& outcome) { takeModel(outcome); });
}

void Session::takeModel(const core::Outcome<ModelInfo>& outcome) {
    if (outcome.ok())
        m_model = *outcome.result;
    else
        m_modelError = outcome.error;
    m_modelState = outcome.ok() ? State::ready : State::failed;
    emit modelChanged();
    suggestOutput();
    replan();
    checkMapping();
}

void Session::checkMapping() {
    if (m_modelState != State::ready || !m_services.mapping)
        return;
    m_mappingTask.request(
        [mapping = m_services.mapping, path = toPath(m_folder)](std::stop_token stop) { return mapping(path, stop); },
        [this](const core::Outcome<core::MappingVerdict>& outcome) {
            m_mapping = outcome.ok() ? *outcome.result : core::MappingVerdict{"not checked", outcome.error->what()};
            emit planChanged();
        });
}

void Session::setRecipe(const core::Recipe& recipe) {
    if (recipe == m_recipe)
        return;
    m_recipe = recipe;
    suggestOutput();
    emit recipeChanged();
    replan();
}

void Session::setOutput(const QString& folder) {
    m_outputChosen = !folder.isEmpty();
    if (m_outputChosen)
        m_output = QDir::cleanPath(folder);
    suggestOutput();
    emit recipeChanged();
    replan();
}

void Session::suggestOutput() {
    if (m_outputChosen || m_modelState != State::ready)
        return;
    const QString suggestion = suggestedOutput(m_folder, m_recipe);
    if (std::exchange(m_output, suggestion) != suggestion)
        emit recipeChanged();
}

core::QuantizeRequest Session::request() const {
    core::QuantizeRequest request;
    request.model = toPath(m_folder);
    request.output = toPath(m_output);
    request.recipe = m_recipe;
    return request;
}

void Session::replan() {
    if (m_modelState != State::ready || m_model.outline.linears.empty())
        return;
    m_planState = State::working;
    emit planChanged();
    m_planTask.request(
        [environment = m_services.environment, outline = m_model.outline, recipe = m_recipe,
         output = toPath(m_output)](std::stop_token) {
            core::validate(recipe);
            const core::PlanEnvironment found = environment(recipe, output);
            return Planned{core::makePlan(outline, recipe, found), found};
        },
        [this](const core::Outcome<Planned>& outcome) { takePlan(outcome); });
}

void Session::takePlan(const core::Outcome<Planned>& outcome) {
    m_planError = outcome.error;
    if (outcome.ok())
        m_plan = *outcome.result;
    m_planState = outcome.ok() ? State::ready : State::failed;
    emit planChanged();
}

QString suggestedOutput(const QString& modelFolder, const core::Recipe& recipe) {
    const QFileInfo model(modelFolder);
    const QFileInfo parent(model.absolutePath());
    const QString folder = parent.isWritable() ? parent.absoluteFilePath() : QDir::homePath();
    const QString method = recipe.format == "simulated" ? QStringLiteral("simulated") : QStringLiteral("awq");
    const QString group = recipe.groupSize > 0 ? QStringLiteral("g%1").arg(recipe.groupSize) : QString();
    const QString name = QStringLiteral("%1-%2-w%3%4").arg(model.fileName(), method).arg(recipe.bits).arg(group);
    return QDir(folder).filePath(name);
}

} // namespace awq::app
