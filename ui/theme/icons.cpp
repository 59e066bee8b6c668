// SPDX-License-Identifier: GPL-3.0-or-later
// An icon engine that renders an SVG as a mask and fills it with the ink that fits palette and state.
#include "ui/theme/icons.h"

#include <QApplication>
#include <QDir>
#include <QFile>
#include <QIconEngine>
#include <QPainter>
#include <QPixmapCache>
#include <QSvgRenderer>

#include "ui/theme/colours.h"

namespace awq::ui {

namespace {

QString pathOf(const QString& name) {
    return ":/icons/" + name + ".svg";
}

QColor colourOf(IconInk ink, QIcon::Mode mode) {
    const Colours& c = coloursFor(QApplication::palette());
    if (mode == QIcon::Disabled)
        return c.disabledText;
    switch (ink) {
    case IconInk::text:
        return c.text;
    case IconInk::dim:
        return c.dimText;
    case IconInk::accent:
        return c.accentText;
    case IconInk::ok:
        return c.ok;
    case IconInk::warning:
        return c.warning;
    case IconInk::error:
        return c.error;
    case IconInk::onAccent:
        return c.onAccent;
    }
    return c.text;
}

class LineIconEngine : public QIconEngine {
public:
    LineIconEngine(QString name, IconInk ink) : m_name(std::move(name)), m_ink(ink) {}

    void paint(QPainter* painter, const QRect& rect, QIcon::Mode mode, QIcon::State state) override {
        const qreal ratio = painter->device()->devicePixelRatioF();
        painter->drawPixmap(rect, scaledPixmap(rect.size() * ratio, mode, state, ratio));
    }

    QPixmap pixmap(const QSize& size, QIcon::Mode mode, QIcon::State state) override {
        return scaledPixmap(size, mode, state, 1);
    }

    // size is in device pixels.
    QPixmap scaledPixmap(const QSize& size, QIcon::Mode mode, QIcon::State, qreal) override {
        const QColor ink = colourOf(m_ink, mode);
        const QString key =
            QString("awq-icon/%1/%2x%3/%4").arg(m_name).arg(size.width()).arg(size.height()).arg(ink.name());
        QPixmap pixmap;
        if (QPixmapCache::find(key, &pixmap))
            return pixmap;
        pixmap = QPixmap(size);
        pixmap.fill(Qt::transparent);
        QSvgRenderer renderer(pathOf(m_name));
        renderer.setAspectRatioMode(Qt::KeepAspectRatio);
        QPainter painter(&pixmap);
        renderer.render(&painter);
        painter.setCompositionMode(QPainter::CompositionMode_SourceIn);
        painter.fillRect(pixmap.rect(), ink);
        painter.end();
        QPixmapCache::insert(key, pixmap);
        return pixmap;
    }

    QIconEngine* clone() const override { return new LineIconEngine(*this); }
    QString iconName() override { return m_name; }

private:
    QString m_name;
    IconInk m_ink;
};

} // namespace

QIcon icon(const QString& name) {
    return icon(name, IconInk::text);
}

QIcon icon(const QString& name, IconInk ink) {
    Q_ASSERT_X(QFile::exists(pathOf(name)), "icon", qPrintable("no icon named " + name));
    return QIcon(new LineIconEngine(name, ink));
}

QStringList iconNames() {
    QStringList names = QDir(":/icons").entryList({"*.svg"}, QDir::Files, QDir::Name);
    for (QString& name : names)
        name.chop(4);
    return names;
}

QIcon applicationIcon() {
    QIcon icon;
    QSvgRenderer renderer(QString(":/application/awq-studio.svg"));
    for (const int size : {16, 24, 32, 48, 64, 128, 256}) {
        QPixmap pixmap(size, size);
        pixmap.fill(Qt::transparent);
        QPainter painter(&pixmap);
        renderer.render(&painter);
        painter.end();
        icon.addPixmap(pixmap);
    }
    return icon;
}

} // namespace awq::ui
