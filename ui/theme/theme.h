// SPDX-License-Identifier: GPL-3.0-or-later
// Chooses and applies the colour scheme: style, palette and fonts of the whole application.
#pragma once

#include <QObject>
#include <QPalette>
#include <QString>

class QApplication;

namespace awq::ui {

enum class ThemeMode { system, light, dark };

QString nameOf(ThemeMode mode);               // "system", "light", "dark": the form kept in settings
ThemeMode themeModeFrom(const QString& name); // unknown names mean system

// One per application, made right after QApplication and before any widget. Widgets never ask it: they read their own
// palette (coloursFor(palette())) and follow QEvent::PaletteChange.
class Theme : public QObject {
    Q_OBJECT

public:
    explicit Theme(QApplication& application);

    ThemeMode mode() const { return m_mode; }
    void setMode(ThemeMode mode);

    // Steps of 10 % around the system's font size, kept between 70 % and 200 %.
    int fontScalePercent() const { return m_fontScale; }
    void setFontScalePercent(int percent);

signals:
    void modeChanged(awq::ui::ThemeMode mode);
    void fontScaleChanged(int percent);

private:
    bool wantsDark() const;

    QApplication& m_application;
    const bool m_systemDark; // as the platform's palette was at start: Qt 6.4 offers no newer source
    const double m_systemPointSize;
    ThemeMode m_mode = ThemeMode::system;
    int m_fontScale = 100;
};

} // namespace awq::ui
