// SPDX-License-Identifier: GPL-3.0-or-later
// Hairlines.
#include "ui/widgets/line.h"

#include <QPainter>
#include <QWidget>

#include "ui/theme/colours.h"

namespace awq::ui {

namespace {

class VerticalLine : public QWidget {
public:
    VerticalLine() { setFixedWidth(1); }

protected:
    void paintEvent(QPaintEvent*) override { QPainter(this).fillRect(rect(), coloursFor(palette()).hairline); }
};

} // namespace

QWidget* verticalLine() {
    return new VerticalLine;
}

} // namespace awq::ui
