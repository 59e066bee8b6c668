// SPDX-License-Identifier: GPL-3.0-or-later
// Asking QCustomPlot for its version.
#include "ui/plots/plot_library.h"

#include <qcustomplot.h>

namespace awq::ui {

QString plotLibraryVersion() {
    return QStringLiteral(QCUSTOMPLOT_VERSION_STR);
}

} // namespace awq::ui
