// SPDX-License-Identifier: GPL-3.0-or-later
// Drawing and choosing recent folders.
#include "ui/widgets/recents_view.h"

#include <QContextMenuEvent>
#include <QKeyEvent>
#include <QMenu>
#include <QPainter>
#include <QStyledItemDelegate>

#include "ui/theme/colours.h"
#include "ui/theme/icons.h"
#include "ui/theme/tokens.h"

namespace awq::ui {

namespace {

using app::FolderKind;
using app::RecentsModel;

QString kindText(FolderKind kind) {
    switch (kind) {
    case FolderKind::model:
        return RecentsView::tr("Model");
    case FolderKind::run:
        return RecentsView::tr("Run");
    case FolderKind::missing:
        return RecentsView::tr("Not there any more");
    case FolderKind::other:
        return RecentsView::tr("Neither model nor run");
    }
    return {};
}

bool canOpen(FolderKind kind) {
    return kind == FolderKind::model || kind == FolderKind::run;
}

// Icon, name and, below, kind and place.
class Delegate : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex&) const override {
        return {10 * spacing().page, 2 * option.fontMetrics.lineSpacing() + spacing().large};
    }

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override {
        const Colours& colours = coloursFor(option.palette);
        const auto kind = index.data(RecentsModel::KindRole).value<FolderKind>();
        const Spacing s = spacing();
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        if (option.state & (QStyle::State_Selected | QStyle::State_MouseOver)) {
            painter->setPen(Qt::NoPen);
            painter->setBrush(option.state & QStyle::State_Selected ? colours.selection : colours.hover);
            painter->drawRoundedRect(QRectF(option.rect).adjusted(1, 1, -1, -1), cornerRadius(), cornerRadius());
        }
        const QRect inner = option.rect.adjusted(s.medium, s.small, -s.medium, -s.small);
        const int side = iconSize();
        icon(iconFor(kind), canOpen(kind) ? IconInk::text : IconInk::dim)
            .paint(painter, QRect(inner.left(), inner.top() + (inner.height() - side) / 2, side, side));
        const QRect text = inner.adjusted(side + s.medium, 0, 0, 0);
        painter->setFont(textFont(TextSize::base, true));
        painter->setPen(canOpen(kind) ? colours.text : colours.disabledText);
        painter->drawText(text, Qt::AlignTop | Qt::AlignLeft, index.data().toString());
        painter->setFont(textFont(TextSize::small));
        painter->setPen(canOpen(kind) ? colours.dimText : colours.disabledText);
        const QString place = kindText(kind) + QStringLiteral(" · ") + index.data(RecentsModel::PathRole).toString();
        const QString shown = painter->fontMetrics().elidedText(place, Qt::ElideMiddle, text.width());
        painter->drawText(text, Qt::AlignBottom | Qt::AlignLeft, shown);
        painter->restore();
    }

private:
    static QString iconFor(FolderKind kind) {
        return kind == FolderKind::run ? QStringLiteral("quantize") : QStringLiteral("folder");
    }
};

} // namespace

RecentsView::RecentsView(app::RecentsModel& model, QWidget* parent) : QListView(parent) {
    setObjectName(QStringLiteral("recents"));
    setAccessibleName(tr("Recent folders"));
    setModel(&model);
    setItemDelegate(new Delegate(this));
    setFrameShape(NoFrame);
    setMouseTracking(true);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setVerticalScrollMode(ScrollPerPixel);
    viewport()->setAutoFillBackground(false);
    connect(this, &QListView::clicked, this, &RecentsView::choose);
}

void RecentsView::choose(const QModelIndex& index) {
    if (canOpen(index.data(app::RecentsModel::KindRole).value<FolderKind>()))
        emit openWanted(index.data(app::RecentsModel::PathRole).toString());
}

void RecentsView::keyPressEvent(QKeyEvent* event) {
    const QModelIndex index = currentIndex();
    if (index.isValid() && (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter))
        choose(index);
    else if (index.isValid() && event->key() == Qt::Key_Delete)
        emit removeWanted(index.data(app::RecentsModel::PathRole).toString());
    else
        QListView::keyPressEvent(event);
}

void RecentsView::contextMenuEvent(QContextMenuEvent* event) {
    const QModelIndex index = indexAt(event->pos());
    if (!index.isValid())
        return;
    const QString path = index.data(app::RecentsModel::PathRole).toString();
    QMenu menu(this);
    menu.addAction(tr("Open"), this, [this, index] { choose(index); })
        ->setEnabled(canOpen(index.data(app::RecentsModel::KindRole).value<FolderKind>()));
    menu.addAction(tr("Remove from this list"), this, [this, path] { emit removeWanted(path); });
    menu.exec(event->globalPos());
}

} // namespace awq::ui
