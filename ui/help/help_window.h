// SPDX-License-Identifier: GPL-3.0-or-later
// The help: topics on the left, the chosen one beside them, in a window of its own that may stay open.
#pragma once

#include <QWidget>

class QListWidget;
class QTextBrowser;
class QUrl;

namespace awq::ui {

class HelpWindow : public QWidget {
    Q_OBJECT

public:
    explicit HelpWindow(QWidget* owner);

    void open(const QString& topic); // shows the window at it
    QString topic() const;

protected:
    void keyPressEvent(QKeyEvent* event) override; // Esc closes
    void changeEvent(QEvent* event) override;

private:
    void showTopic();
    void follow(const QUrl& link);

    QListWidget* m_topics;
    QTextBrowser* m_text;
};

} // namespace awq::ui
