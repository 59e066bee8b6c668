// SPDX-License-Identifier: GPL-3.0-or-later
// Applies style, palette and font scale to the application.
#include "ui/theme/theme.h"

#include <QApplication>
#include <QFont>

#include "ui/theme/colours.h"
#include "ui/theme/studio_style.h"

namespace awq::ui {

QString nameOf(ThemeMode mode) {
    static const char* names[] = {"system", "light", "dark"};
    return names[int(mode)];
}

ThemeMode themeModeFrom(const QString& name) {
    for (const ThemeMode mode : {ThemeMode::light, ThemeMode::dark})
        if (name == nameOf(mode))
            return mode;
    return ThemeMode::system;
}

Theme::Theme(QApplication& application)
    : m_application(application), m_systemDark(isDark(application.palette())),
      m_systemPointSize(application.font().pointSizeF()) {
    application.setStyle(new StudioStyle);
    setMode(ThemeMode::system);
}

bool Theme::wantsDark() const {
    return m_mode == ThemeMode::dark || (m_mode == ThemeMode::system && m_systemDark);
}

void Theme::setMode(ThemeMode mode) {
    m_mode = mode;
    m_application.setPalette(paletteOf(wantsDark() ? darkColours() : lightColours()));
    emit modeChanged(mode);
}

void Theme::setFontScalePercent(int percent) {
    m_fontScale = qBound(70, percent, 300);
    QFont font = m_application.font();
    font.setPointSizeF(m_systemPointSize * m_fontScale / 100);
    m_application.setFont(font);
    emit fontScaleChanged(m_fontScale);
}

} // namespace awq::ui
