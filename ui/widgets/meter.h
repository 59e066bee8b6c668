// SPDX-License-Identifier: GPL-3.0-or-later
// How much of something a plan needs and how much there is: a name, two amounts and a thin bar.
#pragma once

#include <QWidget>

class QProgressBar;

namespace awq::ui {

class Label;

class Meter : public QWidget {
    Q_OBJECT

public:
    explicit Meter(const QString& name, const QString& explanation, QWidget* parent = nullptr);

    void setAmounts(qint64 needed, qint64 available); // bytes; available 0: unknown, no bar

private:
    Label *m_name, *m_amounts;
    QProgressBar* m_bar;
};

} // namespace awq::ui
