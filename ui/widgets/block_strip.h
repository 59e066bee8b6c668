// SPDX-License-Identifier: GPL-3.0-or-later
// One cell per block: waiting, running, or coloured by its error. A click, or the keyboard, chooses a block.
#pragma once

#include <QWidget>
#include <vector>

#include "app/run_progress.h"

namespace awq::ui {

class BlockStrip : public QWidget {
    Q_OBJECT

public:
    explicit BlockStrip(QWidget* parent = nullptr);

    void setBlocks(std::vector<app::BlockProgress> blocks);
    QString rangeText() const; // what the colours stand for: "relative error 0.0011 to 0.0190"

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

signals:
    void chosen(int block); // a finished one

protected:
    bool event(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    QRectF cell(int block) const;
    int blockAt(const QPointF& position) const; // or -1
    QString describe(int block) const;
    void setCurrent(int block);
    void choose(int block);
    double emphasis(const app::BlockProgress& block) const; // 0..1

    std::vector<app::BlockProgress> m_blocks;
    double m_low = 0, m_high = 0; // relative error of the finished blocks
    int m_current = -1;
};

} // namespace awq::ui
