// SPDX-License-Identifier: GPL-3.0-or-later
// A lifted surface with an optional heading: the one container of the pages.
#pragma once

#include <QFrame>

class QHBoxLayout;
class QLabel;
class QVBoxLayout;

namespace awq::ui {

class Card : public QFrame {
    Q_OBJECT

public:
    explicit Card(const QString& title = {}, QWidget* parent = nullptr);

    void setTitle(const QString& title);         // empty: no heading
    QVBoxLayout* body() const { return m_body; } // put the content here
    void addHeaderWidget(QWidget* widget);       // at the right end of the heading line

protected:
    void changeEvent(QEvent* event) override;

private:
    void updateFonts();

    QLabel* m_title;
    QWidget* m_header;
    QHBoxLayout* m_headerLayout;
    QVBoxLayout* m_body;
};

} // namespace awq::ui
