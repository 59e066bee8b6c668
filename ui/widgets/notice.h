// SPDX-License-Identifier: GPL-3.0-or-later
// A message inside a page that stays until it is dismissed or outdated: information, warning or error.
#pragma once

#include <QFrame>
#include <vector>

#include "core/error.h"
#include "ui/widgets/buttons.h"

class QHBoxLayout;
class QLabel;

namespace awq::ui {

class Label;

enum class NoticeKind { info, ok, warning, error };

class Notice : public QFrame {
    Q_OBJECT

public:
    explicit Notice(QWidget* parent = nullptr); // hidden

    // Detail may be empty. Buttons: the actions, then Dismiss.
    void show(NoticeKind kind, const QString& sentence, const QString& detail = {},
              const std::vector<Action>& actions = {});
    // What happened, where, and what to do next; adds Copy details.
    void showError(const core::Error& error, const std::vector<Action>& actions = {});
    void clear();

    QString text() const; // everything it says, for copying and tests

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    void copyDetails();

    NoticeKind m_kind = NoticeKind::info;
    QLabel* m_icon;
    Label *m_sentence, *m_detail;
    QHBoxLayout* m_buttons;
};

} // namespace awq::ui
