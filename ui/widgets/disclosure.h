// SPDX-License-Identifier: GPL-3.0-or-later
// A heading that shows and hides what is below it.
#pragma once

#include <QWidget>

class QLayout;
class QToolButton;

namespace awq::ui {

class Disclosure : public QWidget {
    Q_OBJECT

public:
    explicit Disclosure(const QString& title, QWidget* parent = nullptr); // closed

    void setContent(QLayout* content);
    void setOpen(bool open);

private:
    QToolButton* m_heading;
    QWidget* m_content;
};

} // namespace awq::ui
