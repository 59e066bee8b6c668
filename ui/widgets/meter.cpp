// SPDX-License-Identifier: GPL-3.0-or-later
// Layout of a meter.
#include "ui/widgets/meter.h"

#include <QProgressBar>
#include <QVBoxLayout>
#include <algorithm>

#include "app/number_text.h"
#include "ui/widgets/label.h"
#include "ui/widgets/layouts.h"

namespace awq::ui {

Meter::Meter(const QString& name, const QString& explanation, QWidget* parent)
    : QWidget(parent), m_name(new Label(name, TextSize::small, Ink::dim)), m_amounts(new Label({}, TextSize::small)),
      m_bar(new QProgressBar) {
    setToolTip(explanation);
    m_bar->setTextVisible(false);
    m_bar->setRange(0, 1000);
    m_bar->setFixedHeight(spacing().tight);
    m_bar->setAccessibleName(name);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(spacing().tight);
    layout->addLayout(row({m_name, nullptr, m_amounts}));
    layout->addWidget(m_bar);
}

void Meter::setAmounts(qint64 needed, qint64 available) {
    const bool known = available > 0, tooMuch = known && needed > available;
    m_amounts->setText(known ? tr("%1 of %2 free").arg(app::bytesText(needed), app::bytesText(available))
                             : app::bytesText(needed));
    m_amounts->setInk(tooMuch ? Ink::error : Ink::normal);
    m_bar->setVisible(known);
    m_bar->setValue(known ? int(std::min(1.0, double(needed) / double(available)) * 1000) : 0);
}

} // namespace awq::ui
