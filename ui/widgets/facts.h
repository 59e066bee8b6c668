// SPDX-License-Identifier: GPL-3.0-or-later
// Named values in columns: what a model, a plan or a file is, in figures.
#pragma once

#include <QString>
#include <QWidget>
#include <vector>

class QGridLayout;

namespace awq::ui {

struct Fact {
    QString name, value;
    QString explanation; // tool tip; may be empty
};

class Facts : public QWidget {
    Q_OBJECT

public:
    explicit Facts(int columns, QWidget* parent = nullptr); // pairs side by side

    void setFacts(const std::vector<Fact>& facts); // filled row by row

private:
    int m_columns;
    QGridLayout* m_grid;
};

} // namespace awq::ui
