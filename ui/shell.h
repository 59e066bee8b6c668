// SPDX-License-Identifier: GPL-3.0-or-later
// What a page may ask of the window around it.
#pragma once

#include <QString>

namespace awq::ui {

namespace page {
inline const QString start = QStringLiteral("start"), model = QStringLiteral("model"),
                     calibration = QStringLiteral("calibration"), quantize = QStringLiteral("quantize"),
                     inspect = QStringLiteral("inspect"), compare = QStringLiteral("compare"),
                     tryOut = QStringLiteral("try"), benchmark = QStringLiteral("benchmark"),
                     exported = QStringLiteral("export");
} // namespace page

class Shell {
public:
    virtual ~Shell() = default;
    virtual void goTo(const QString& pageName) = 0;
    virtual void openPath(const QString& path) = 0; // a model or a run, or a file in it
    virtual void openDemo() = 0;
    virtual void browse() = 0; // asks for a folder, then opens it
    // Shows the opened run at this linear, or at the block's first one when the name is empty.
    virtual void inspect(int block, const QString& linear) = 0;
    virtual void cancelRun() = 0; // asks first when much would be lost
};

} // namespace awq::ui
