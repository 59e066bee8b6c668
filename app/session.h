// SPDX-License-Identifier: GPL-3.0-or-later
// What the user is working on: a model, a recipe, where the output goes, and the plan that follows from them.
#pragma once

#include <QObject>
#include <functional>
#include <optional>

#include "app/latest_task.h"
#include "app/model_info.h"
#include "core/plan/plan.h"
#include "core/run/quantize_run.h"

namespace awq::app {

// Model and plan are computed in the background; the newest request wins and the old answer stays visible meanwhile.
class Session : public QObject {
    Q_OBJECT

public:
    // Called on worker threads; throw core::Error.
    struct Services {
        std::function<ModelInfo(const std::filesystem::path&)> openModel;
        std::function<core::PlanEnvironment(const core::Recipe&, const std::filesystem::path& output)> environment;
        // Empty: never checked.
        std::function<core::MappingVerdict(const std::filesystem::path&, std::stop_token)> mapping;
    };
    enum class State { none, working, ready, failed };

    explicit Session(Services services, QObject* parent = nullptr);

    void openModel(const QString& folder);
    QString modelFolder() const { return m_folder; }
    State modelState() const { return m_modelState; }
    const ModelInfo& model() const { return m_model; } // when ready
    const std::optional<core::Error>& modelError() const { return m_modelError; }

    const core::Recipe& recipe() const { return m_recipe; }
    void setRecipe(const core::Recipe& recipe);
    // Follows the recipe ("tiny-awq-w4g128" beside the model) until the user sets it.
    QString output() const { return m_output; }
    void setOutput(const QString& folder); // empty: follow the recipe again
    core::QuantizeRequest request() const;

    State planState() const { return m_planState; }
    const core::Plan& plan() const { return m_plan.plan; }                          // the newest one that was ready
    const core::PlanEnvironment& environment() const { return m_plan.environment; } // that it was made for
    const std::optional<core::Error>& planError() const { return m_planError; }
    // Of the model, whatever the recipe; "not checked" with an empty note while it is being found out.
    const core::MappingVerdict& mapping() const { return m_mapping; }

signals:
    void modelChanged();  // folder, state or content
    void recipeChanged(); // recipe or output
    void planChanged();   // state or content; mapping

private:
    struct Planned {
        core::Plan plan;
        core::PlanEnvironment environment;
    };

    void takeModel(const core::Outcome<ModelInfo>& outcome);
    void takePlan(const core::Outcome<Planned>& outcome);
    void checkMapping();
    void suggestOutput();
    void replan();

    Services m_services;
    QString m_folder;
    State m_modelState = State::none, m_planState = State::none;
    ModelInfo m_model;
    std::optional<core::Error> m_modelError, m_planError;
    core::Recipe m_recipe;
    QString m_output;
    bool m_outputChosen = false; // by the user
    Planned m_plan;
    core::MappingVerdict m_mapping;
    LatestTask m_modelTask, m_planTask, m_mappingTask; // last: stopped first
};

// "<model>-awq-w4g128", "<model>-simulated-w3", beside the model, or in the home folder when that cannot be written.
QString suggestedOutput(const QString& modelFolder, const core::Recipe& recipe);

} // namespace awq::app
