// SPDX-License-Identifier: GPL-3.0-or-later
// Small helpers around layouts.
#include "ui/widgets/layouts.h"

#include <memory>

#include "ui/theme/tokens.h"

namespace awq::ui {

void clearLayout(QLayout* layout) {
    while (const std::unique_ptr<QLayoutItem> item{layout->takeAt(0)}) {
        if (QWidget* widget = item->widget()) {
            widget->hide();
            widget->deleteLater();
        } else if (item->layout()) {
            clearLayout(item->layout());
        }
    }
}

QHBoxLayout* row(std::initializer_list<QWidget*> widgets) {
    auto* layout = new QHBoxLayout;
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(spacing().small);
    for (QWidget* widget : widgets) {
        if (widget)
            layout->addWidget(widget);
        else
            layout->addStretch();
    }
    return layout;
}

} // namespace awq::ui
