// SPDX-License-Identifier: GPL-3.0-or-later
// On which text something is measured, and in which windows.
#pragma once

#include <QWidget>

#include "core/run/evaluate_run.h"

class QLineEdit;
class QSpinBox;

namespace awq::ui {

class TextWindowsForm : public QWidget {
    Q_OBJECT

public:
    // The fields are named "<name>.text", "<name>.window", "<name>.maxTokens".
    explicit TextWindowsForm(const QString& name, QWidget* parent = nullptr);

    // What the model was made to read at once (0: unknown); a longer default would measure something else.
    void setLongestWindow(qint64 tokens);
    core::TextWindows text() const;

signals:
    void edited();

private:
    QLineEdit* m_text;
    QSpinBox *m_window, *m_maxTokens;
};

} // namespace awq::ui
