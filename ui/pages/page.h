// SPDX-License-Identifier: GPL-3.0-or-later
// What all pages share: a heading, a message that stays, and one of three faces: empty, loading, content.
#pragma once

#include <QTimer>
#include <QWidget>
#include <vector>

#include "ui/widgets/buttons.h"
#include "ui/widgets/notice.h"

class QHBoxLayout;
class QStackedWidget;
class QVBoxLayout;

namespace awq::ui {

class EmptyState;
class Label;

enum class PageState { todo, ready, running, done, attention };
QString stateText(PageState state); // "to do", "ready", ...

class Page : public QWidget {
    Q_OBJECT

public:
    static constexpr int busyDelayMs = 300; // a busy sign sooner would only flicker

    Page(const QString& objectName, const QString& title, const QString& iconName, QWidget* parent = nullptr);

    QString title() const { return m_title; }
    QString iconName() const { return m_iconName; }
    PageState state() const { return m_state; }
    Notice& notice() { return *m_notice; }

    virtual bool wantsPlanPanel() const { return true; } // whether the side panel is shown beside this page

signals:
    void stateChanged();

protected:
    QVBoxLayout* content() { return m_content; }
    void addHeaderWidget(QWidget* widget); // at the right end of the heading line
    void setSubtitle(const QString& text);
    void setState(PageState state);

    void showEmpty(const QString& iconName, const QString& sentence, const QString& detail,
                   const std::vector<Action>& actions);
    void showLoading(const QString& sentence); // appears only when it takes long
    void showContent();

private:
    QString m_title, m_iconName;
    PageState m_state = PageState::todo;
    QHBoxLayout* m_header;
    Label* m_subtitle;
    Notice* m_notice;
    QStackedWidget* m_faces;
    EmptyState* m_empty;
    Label* m_busyText;
    QWidget *m_loadingFace, *m_contentFace;
    QVBoxLayout* m_content;
    QTimer m_busyTimer;
};

} // namespace awq::ui
