// SPDX-License-Identifier: GPL-3.0-or-later
// Text in one of the sizes and inks of the visual language; follows changes of theme and font scale.
#pragma once

#include <QLabel>

#include "ui/theme/tokens.h"

namespace awq::ui {

enum class Ink { normal, dim, accent, ok, warning, error };

class Label : public QLabel {
    Q_OBJECT

public:
    explicit Label(const QString& text = {}, TextSize size = TextSize::base, Ink ink = Ink::normal, bool bold = false,
                   QWidget* parent = nullptr);

    void setInk(Ink ink);

protected:
    void changeEvent(QEvent* event) override;

private:
    void updateLook();

    TextSize m_size;
    Ink m_ink;
    bool m_bold;
};

// Breaks into lines and can be selected with the mouse: for sentences.
Label* paragraph(const QString& text = {}, TextSize size = TextSize::base, Ink ink = Ink::normal);

} // namespace awq::ui
