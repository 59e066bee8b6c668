// SPDX-License-Identifier: GPL-3.0-or-later
// Drawing and choosing blocks.
#include "ui/widgets/block_strip.h"

#include <QHelpEvent>
#include <QKeyEvent>
#include <QPainter>
#include <QToolTip>
#include <algorithm>
#include <cmath>

#include "app/number_text.h"
#include "ui/theme/colours.h"
#include "ui/theme/tokens.h"

namespace awq::ui {

BlockStrip::BlockStrip(QWidget* parent) : QWidget(parent) {
    setObjectName(QStringLiteral("blockStrip"));
    setAccessibleName(tr("Blocks"));
    setFocusPolicy(Qt::StrongFocus);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setMouseTracking(true);
}

void BlockStrip::setBlocks(std::vector<app::BlockProgress> blocks) {
    m_blocks = std::move(blocks);
    m_low = m_high = 0;
    bool any = false;
    for (const app::BlockProgress& block : m_blocks) {
        if (block.state != app::BlockProgress::done || block.relativeError <= 0)
            continue;
        m_low = any ? std::min(m_low, block.relativeError) : block.relativeError;
        m_high = std::max(m_high, block.relativeError);
        any = true;
    }
    m_current = std::min(m_current, int(m_blocks.size()) - 1);
    setAccessibleDescription(rangeText());
    update();
}

QString BlockStrip::rangeText() const {
    if (m_high <= 0)
        return {};
    return tr("Colour: relative error of the block's output, %1 to %2")
        .arg(app::lossText(m_low), app::lossText(m_high));
}

QSize BlockStrip::sizeHint() const {
    return {20 * spacing().large, spacing().page + spacing().small};
}

// Logarithmic: errors of blocks lie orders of magnitude apart. The smallest still shows on the ground.
double BlockStrip::emphasis(const app::BlockProgress& block) const {
    constexpr double least = 0.25;
    if (block.relativeError <= 0 || m_high <= m_low)
        return least;
    const double share = std::log(block.relativeError / m_low) / std::log(m_high / m_low);
    return least + (1 - least) * std::clamp(share, 0.0, 1.0);
}

QRectF BlockStrip::cell(int block) const {
    const double margin = 2; // room for the focus ring
    const double share = (this->width() - 2 * margin) / double(std::max<std::size_t>(1, m_blocks.size()));
    const double width = std::min(share, 3.0 * height()); // few blocks stay blocks, not bands
    const double gap = std::min(3.0, width * 0.2);
    return {margin + block * width + gap / 2, margin, width - gap, height() - 2 * margin};
}

int BlockStrip::blockAt(const QPointF& position) const {
    for (int i = 0; i < int(m_blocks.size()); ++i)
        if (cell(i).contains(position))
            return i;
    return -1;
}

QString BlockStrip::describe(int index) const {
    const app::BlockProgress& block = m_blocks[std::size_t(index)];
    switch (block.state) {
    case app::BlockProgress::waiting:
        return tr("Block %1: waiting").arg(index);
    case app::BlockProgress::running:
        return tr("Block %1: running").arg(index);
    case app::BlockProgress::done:
        break;
    }
    if (block.seconds <= 0)
        return tr("Block %1: done").arg(index);
    return tr("Block %1: relative error %2, %3. Choose it to inspect.")
        .arg(index)
        .arg(app::lossText(block.relativeError), app::secondsText(block.seconds));
}

void BlockStrip::setCurrent(int block) {
    if (m_blocks.empty())
        return;
    m_current = std::clamp(block, 0, int(m_blocks.size()) - 1);
    setAccessibleDescription(describe(m_current));
    update();
}

void BlockStrip::choose(int block) {
    if (block >= 0 && block < int(m_blocks.size()) && m_blocks[std::size_t(block)].state == app::BlockProgress::done)
        emit chosen(block);
}

bool BlockStrip::event(QEvent* event) {
    if (event->type() == QEvent::ToolTip) {
        const auto* help = static_cast<QHelpEvent*>(event);
        const int block = blockAt(help->pos());
        QToolTip::showText(help->globalPos(), block < 0 ? QString() : describe(block), this);
        return true;
    }
    return QWidget::event(event);
}

void BlockStrip::paintEvent(QPaintEvent*) {
    const Colours& colours = coloursFor(palette());
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    for (int i = 0; i < int(m_blocks.size()); ++i) {
        const app::BlockProgress& block = m_blocks[std::size_t(i)];
        const bool done = block.state == app::BlockProgress::done;
        const bool running = block.state == app::BlockProgress::running;
        painter.setPen(QPen(running ? colours.accent : colours.hairline, running ? 2 : 1));
        painter.setBrush(done ? sequentialColour(emphasis(block), colours.dark) : colours.well);
        const QRectF rect = cell(i);
        painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), 2, 2);
        if (hasFocus() && i == m_current) {
            painter.setPen(QPen(colours.accent, 2));
            painter.setBrush(Qt::NoBrush);
            painter.drawRoundedRect(rect.adjusted(-1, -1, 1, 1), 3, 3);
        }
    }
}

void BlockStrip::mousePressEvent(QMouseEvent* event) {
    const int block = blockAt(event->position());
    if (block < 0)
        return;
    setCurrent(block);
    choose(block);
}

void BlockStrip::keyPressEvent(QKeyEvent* event) {
    switch (event->key()) {
    case Qt::Key_Left:
        return setCurrent(m_current - 1);
    case Qt::Key_Right:
        return setCurrent(m_current + 1);
    case Qt::Key_Home:
        return setCurrent(0);
    case Qt::Key_End:
        return setCurrent(int(m_blocks.size()) - 1);
    case Qt::Key_Return:
    case Qt::Key_Enter:
    case Qt::Key_Space:
        return choose(m_current);
    default:
        QWidget::keyPressEvent(event);
    }
}

} // namespace awq::ui
