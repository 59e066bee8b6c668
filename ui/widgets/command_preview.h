// SPDX-License-Identifier: GPL-3.0-or-later
// The terminal command that does the same, on one line that can be copied.
#pragma once

#include <QWidget>

class QLineEdit;

namespace awq::ui {

class CommandPreview : public QWidget {
    Q_OBJECT

public:
    explicit CommandPreview(QWidget* parent = nullptr);

    void setCommand(const QString& command);
    QString command() const;
    void copy() const;

private:
    QLineEdit* m_line;
};

} // namespace awq::ui
