// SPDX-License-Identifier: GPL-3.0-or-later
// Choosing a model folder.
#include "ui/widgets/model_picker.h"

#include <QComboBox>
#include <QDir>
#include <QFileDialog>
#include <QHBoxLayout>
#include <algorithm>

#include "app/paths.h"
#include "app/workspace.h"
#include "ui/theme/tokens.h"
#include "ui/widgets/buttons.h"

namespace awq::ui {

namespace {

void offer(std::vector<ModelOffer>& offers, const QString& kind, const QString& folder) {
    const auto same = [&](const ModelOffer& other) { return other.folder == folder; };
    if (folder.isEmpty() || !QDir(folder).exists() || std::any_of(offers.begin(), offers.end(), same))
        return;
    const QString name = QDir(folder).dirName();
    offers.push_back({kind.isEmpty() ? name : QStringLiteral("%1 · %2").arg(kind, name), folder});
}

} // namespace

std::vector<ModelOffer> modelOffers(app::Workspace& workspace) {
    std::vector<ModelOffer> offers;
    const app::RunResults& run = workspace.results();
    if (run.state() == app::RunResults::State::ready) {
        offer(offers, ModelPicker::tr("Original"), app::toText(run.info().model));
        offer(offers, ModelPicker::tr("Quantized"), app::toText(run.info().output));
    }
    if (workspace.session().modelState() == app::Session::State::ready)
        offer(offers, ModelPicker::tr("Original"), workspace.session().modelFolder());
    for (const QString& folder : workspace.settings().recents())
        if (app::folderKind(folder) == app::FolderKind::model)
            offer(offers, {}, folder);
    return offers;
}

ModelPicker::ModelPicker(const QString& name, const QString& title, const QString& none, QWidget* parent)
    : QWidget(parent), m_none(none), m_box(new QComboBox) {
    m_box->setObjectName(name);
    m_box->setAccessibleName(title);
    m_box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_box->setMinimumContentsLength(16);
    QToolButton* browse = iconButton(QStringLiteral("open"), tr("Choose a folder: %1").arg(title));
    browse->setObjectName(name + QStringLiteral(".browse"));
    connect(browse, &QToolButton::clicked, this, [this, title] {
        const QString chosen = QFileDialog::getExistingDirectory(this, title, folder());
        if (!chosen.isEmpty())
            choose(chosen);
    });
    connect(m_box, &QComboBox::currentIndexChanged, this, [this] {
        m_box->setToolTip(folder());
        emit edited();
    });
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(spacing().tight);
    layout->addWidget(m_box, 1);
    layout->addWidget(browse);
    setFocusProxy(m_box);
}

void ModelPicker::setOffers(const std::vector<ModelOffer>& offers, std::size_t preferred) {
    const QString before = folder();
    {
        const QSignalBlocker quiet(m_box);
        m_box->clear();
        if (!m_none.isEmpty())
            m_box->addItem(m_none, QString());
        for (const ModelOffer& offer : offers)
            m_box->addItem(offer.title, offer.folder);
        if (!before.isEmpty() && m_box->findData(before) < 0)
            m_box->addItem(QDir(before).dirName(), before);
        const QString wanted = !before.isEmpty()           ? before
                               : preferred < offers.size() ? offers[preferred].folder
                                                           : QString();
        m_box->setCurrentIndex(std::max(0, m_box->findData(wanted)));
    }
    m_box->setToolTip(folder());
    emit edited();
}

QString ModelPicker::folder() const {
    return m_box->currentData().toString();
}

void ModelPicker::choose(const QString& folder) {
    if (m_box->findData(folder) < 0)
        m_box->addItem(QDir(folder).dirName(), folder);
    m_box->setCurrentIndex(m_box->findData(folder));
}

} // namespace awq::ui
