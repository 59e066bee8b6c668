// SPDX-License-Identifier: GPL-3.0-or-later
// Asking and showing multiple-choice questions.
#include "ui/pages/task_view.h"

#include <QFileDialog>
#include <QFileInfo>
#include <QFormLayout>
#include <QListWidget>
#include <QSpinBox>
#include <QVBoxLayout>

#include "app/number_text.h"
#include "app/paths.h"
#include "ui/theme/tokens.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/card.h"
#include "ui/widgets/job_line.h"
#include "ui/widgets/label.h"
#include "ui/widgets/layouts.h"
#include "ui/widgets/model_picker.h"
#include "ui/widgets/save_results.h"
#include "ui/widgets/table.h"

namespace awq::ui {

using app::TaskEvaluation;

namespace {

constexpr int mostShots = 64, mostQuestions = 1'000'000, filesShown = 4;

QString protocolText(const core::TaskRequest& request) {
    const QString limit = request.limit > 0 ? TaskView::tr("the first %1 questions of each file").arg(request.limit)
                                            : TaskView::tr("all questions");
    return TaskView::tr("%1, %2 solved ones before each").arg(limit).arg(request.shots);
}

} // namespace

TaskView::TaskView(app::Workspace& workspace, QWidget* parent) : QWidget(parent), m_workspace(workspace) {
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(spacing().cardGap());
    layout->addWidget(makeFormCard());
    layout->addWidget(makeResults(), 1);
    layout->addStretch();
    connect(&workspace.results(), &app::RunResults::contentChanged, this, &TaskView::offerModels);
    connect(&workspace.session(), &app::Session::modelChanged, this, &TaskView::offerModels);
    connect(&workspace.runner(), &app::JobRunner::started, this, &TaskView::showReadiness);
    connect(&workspace.runner(), &app::JobRunner::finished, this, &TaskView::offerModels);
    connect(&workspace.tasks(), &TaskEvaluation::resultsChanged, this, &TaskView::showResults);
    offerModels();
    showResults();
}

QWidget* TaskView::makeFormCard() {
    m_job = new JobLine(m_workspace.tasks().monitor(), QStringLiteral("tasks"), tr("Ask the questions"));
    QHBoxLayout* both = row({makeFiles(), makeOptions()});
    both->setSpacing(spacing().page);
    both->setStretch(0, 1);
    both->setStretch(1, 1);
    auto* card = new Card(tr("Questions and models"));
    card->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Maximum);
    card->body()->addLayout(both);
    card->body()->addWidget(paragraph(tr("JSON lines as the data sets publish them: HellaSwag, PIQA, WinoGrande, ARC, "
                                         "MMLU, BoolQ, LAMBADA. The fields tell which."),
                                      TextSize::small, Ink::dim));
    card->body()->addWidget(m_job);
    connect(m_job, &JobLine::startWanted, this, &TaskView::ask);
    return card;
}

QWidget* TaskView::makeFiles() {
    m_files = new QListWidget;
    m_files->setObjectName(QStringLiteral("tasks.files"));
    m_files->setAccessibleName(tr("Files of questions"));
    m_files->setFixedHeight(filesShown * (m_files->fontMetrics().height() + spacing().tight) + spacing().small);
    QPushButton* add = pushButton(tr("Add files…"), QStringLiteral("add"));
    add->setObjectName(QStringLiteral("tasks.add"));
    m_remove = pushButton(tr("Remove"), QStringLiteral("remove"));
    m_remove->setObjectName(QStringLiteral("tasks.remove"));
    m_remove->setEnabled(false);
    connect(add, &QPushButton::clicked, this, &TaskView::browse);
    connect(m_remove, &QPushButton::clicked, this, [this] {
        delete m_files->currentItem();
        showReadiness();
    });
    connect(m_files, &QListWidget::currentRowChanged, this, [this](int row) { m_remove->setEnabled(row >= 0); });
    auto* part = new QWidget;
    auto* layout = new QVBoxLayout(part);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_files);
    layout->addLayout(row({add, m_remove, nullptr}));
    return part;
}

QWidget* TaskView::makeOptions() {
    const auto box = [](const QString& name, const QString& title, int most, const QString& explanation) {
        auto* field = new QSpinBox;
        field->setObjectName(name);
        field->setAccessibleName(title);
        field->setRange(0, most);
        field->setGroupSeparatorShown(true);
        field->setToolTip(explanation);
        return field;
    };
    m_models = {new ModelPicker(QStringLiteral("tasks.first"), tr("First model")),
                new ModelPicker(QStringLiteral("tasks.second"), tr("Second model"), tr("Nothing"))};
    m_shots = box(QStringLiteral("tasks.shots"), tr("Solved before each"), mostShots,
                  tr("Solved questions that precede each one: the first others of the file."));
    m_limit = box(QStringLiteral("tasks.limit"), tr("At most"), mostQuestions, tr("Questions asked of every file."));
    m_limit->setSpecialValueText(tr("all questions"));
    auto* part = new QWidget;
    auto* form = new QFormLayout(part);
    form->setContentsMargins(0, 0, 0, 0);
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    form->addRow(tr("First model"), m_models[0]);
    form->addRow(tr("Second model"), m_models[1]);
    form->addRow(m_shots->accessibleName(), m_shots);
    form->addRow(m_limit->accessibleName(), m_limit);
    for (ModelPicker* picker : m_models)
        connect(picker, &ModelPicker::edited, this, &TaskView::showReadiness);
    return part;
}

QWidget* TaskView::makeResults() {
    TaskEvaluation& tasks = m_workspace.tasks();
    auto* table = new Table(QStringLiteral("taskResults"), tr("Results of the tasks"), &tasks.results());
    table->setColumnWidths({20, 18, 11, 10, 8, 9, 14, 8, 12, -1});
    auto* save = new SaveResults(QStringLiteral("tasks.save"), tasks.results(),
                                 [&tasks] { return protocolText(tasks.request()); });
    connect(save, &SaveResults::failed, this, &TaskView::failed);
    auto* card = new Card(tr("Right answers"));
    card->addHeaderWidget(save);
    card->body()->addWidget(table, 1);
    m_results = card;
    return card;
}

void TaskView::browse() {
    addFiles(QFileDialog::getOpenFileNames(this, tr("Files of questions"), m_workspace.settings().lastFolder(),
                                           tr("JSON lines (*.jsonl *.json);;All files (*)")));
}

void TaskView::addFiles(const QStringList& files) {
    for (const QString& file : files) {
        auto* item = new QListWidgetItem(QFileInfo(file).fileName(), m_files);
        item->setToolTip(file);
        item->setData(Qt::UserRole, file);
    }
    showReadiness();
}

core::TaskRequest TaskView::request() const {
    const core::Recipe& recipe = m_workspace.session().recipe();
    core::TaskRequest request;
    for (const ModelPicker* picker : m_models)
        if (!picker->folder().isEmpty())
            request.models.push_back(app::toPath(picker->folder()));
    for (int i = 0; i < m_files->count(); ++i)
        request.tasks.push_back(app::toPath(m_files->item(i)->data(Qt::UserRole).toString()));
    request.shots = m_shots->value();
    request.limit = m_limit->value();
    request.compute = {recipe.device, recipe.dtype, recipe.threads};
    return request;
}

void TaskView::offerModels() {
    const std::vector<ModelOffer> offers = modelOffers(m_workspace);
    for (std::size_t i = 0; i < m_models.size(); ++i)
        m_models[i]->setOffers(offers, i);
    showReadiness();
}

void TaskView::ask() {
    emit startWanted();
    m_workspace.tasks().start(request());
}

void TaskView::showReadiness() {
    const bool busy = m_workspace.runner().isRunning(), files = m_files->count() > 0;
    const bool models = !m_models[0]->folder().isEmpty();
    m_job->setStartable(files && models && !busy, busy     ? tr("Waits for the running job")
                                                  : !files ? tr("Add a file of questions first")
                                                           : tr("Every choice of every question through each model"));
}

void TaskView::showResults() {
    m_results->setVisible(m_workspace.tasks().results().rowCount() > 0);
    showReadiness();
}

} // namespace awq::ui
