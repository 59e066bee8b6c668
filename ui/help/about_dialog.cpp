// SPDX-License-Identifier: GPL-3.0-or-later
// Contents of About.
#include "ui/help/about_dialog.h"

#include <QApplication>
#include <QClipboard>
#include <QDialogButtonBox>
#include <QVBoxLayout>

#include "app/workspace.h"
#include "core/version.h"
#include "ui/plots/plot_library.h"
#include "ui/theme/icons.h"
#include "ui/theme/tokens.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/facts.h"
#include "ui/widgets/label.h"
#include "ui/widgets/layouts.h"

namespace awq::ui {

AboutDialog::AboutDialog(app::Workspace& workspace, QWidget* parent) : QDialog(parent), m_facts(new Facts(3)) {
    setObjectName(QStringLiteral("about"));
    setWindowTitle(tr("About AWQ Studio"));
    auto* sign = new QLabel;
    const int size = 4 * iconSize();
    sign->setPixmap(applicationIcon().pixmap(QSize(size, size), devicePixelRatioF()));
    auto* words = new QVBoxLayout;
    words->addWidget(new Label(QStringLiteral("AWQ Studio ") + QString::fromStdString(std::string(core::version())),
                               TextSize::title, Ink::normal, true));
    words->addWidget(new Label(tr("Quantizes large language models with activation-aware weight quantization.")));
    QHBoxLayout* heading = row({sign});
    heading->setSpacing(spacing().large);
    heading->addLayout(words, 1);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close);
    QPushButton* copy = buttons->addButton(tr("Copy versions"), QDialogButtonBox::ActionRole);
    copy->setObjectName(QStringLiteral("about.copy"));
    connect(copy, &QPushButton::clicked, this, [this] { QApplication::clipboard()->setText(versionsText()); });
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto* layout = new QVBoxLayout(this);
    applyPageSpacing(layout);
    layout->addLayout(heading);
    layout->addWidget(m_facts);
    layout->addWidget(
        paragraph(tr("Free software under the GNU General Public License, version 3 or later, without any "
                     "warranty. The text of the licence is in the file LICENSE that comes with it."),
                  TextSize::small, Ink::dim));
    layout->addWidget(buttons);
    show({});
    m_task.request([components = workspace.services().components](std::stop_token) { return components(); },
                   [this](const core::Outcome<std::vector<core::ComponentVersion>>& outcome) {
                       if (outcome.ok())
                           show(*outcome.result);
                   });
}

// What needs no asking comes first, the rest when it is there.
void AboutDialog::show(const std::vector<core::ComponentVersion>& versions) {
    m_versions = {{"AWQ Studio", std::string(core::version())},
                  {"Qt", qVersion()},
                  {"QCustomPlot", plotLibraryVersion().toStdString()}};
    m_versions.insert(m_versions.end(), versions.begin(), versions.end());
    std::vector<Fact> facts;
    for (const core::ComponentVersion& component : m_versions)
        facts.push_back({QString::fromStdString(component.name), QString::fromStdString(component.version), {}});
    m_facts->setFacts(facts);
}

QString AboutDialog::versionsText() const {
    QStringList lines;
    for (const core::ComponentVersion& component : m_versions)
        lines << QString::fromStdString(component.name + " " + component.version);
    return lines.join(QLatin1Char('\n'));
}

} // namespace awq::ui
