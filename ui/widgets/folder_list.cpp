// SPDX-License-Identifier: GPL-3.0-or-later
// Drawing and choosing folders.
#include "ui/widgets/folder_list.h"

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

QString kindText(FolderKind kind) {
    switch (kind) {
    case FolderKind::model:
        return FolderList::tr("Model");
    case FolderKind::run:
        return FolderList::tr("Run");
    case FolderKind::missing:
        return FolderList::tr("Not there any more: choose to locate it");
    case FolderKind::other:
        return FolderList::tr("Neither model nor run");
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
        const auto kind = index.data(app::KindRole).value<FolderKind>();
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
        const QString detail = index.data(app::DetailRole).toString();
        const QString what = detail.isEmpty() ? kindText(kind) : detail;
        const QString place = what + QStringLiteral(" · ") + index.data(app::PathRole).toString();
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

FolderList::FolderList(const QString& name, const QString& title, QAbstractItemModel* model, QWidget* parent)
    : QListView(parent) {
    setObjectName(name);
    setAccessibleName(title);
    setModel(model);
    setItemDelegate(new Delegate(this));
    setFrameShape(NoFrame);
    setMouseTracking(true);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setVerticalScrollMode(ScrollPerPixel);
    viewport()->setAutoFillBackground(false);
    connect(this, &QListView::clicked, this, &FolderList::choose);
}

void FolderList::choose(const QModelIndex& index) {
    const auto kind = index.data(app::KindRole).value<FolderKind>();
    const QString path = index.data(app::PathRole).toString();
    if (canOpen(kind))
        emit openWanted(path);
    else if (kind == FolderKind::missing)
        emit locateWanted(path);
}

void FolderList::keyPressEvent(QKeyEvent* event) {
    const QModelIndex index = currentIndex();
    if (index.isValid() && (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter))
        choose(index);
    else if (index.isValid() && m_removable && event->key() == Qt::Key_Delete)
        emit removeWanted(index.data(app::PathRole).toString());
    else
        QListView::keyPressEvent(event);
}

void FolderList::contextMenuEvent(QContextMenuEvent* event) {
    const QModelIndex index = indexAt(event->pos());
    if (!index.isValid())
        return;
    const QString path = index.data(app::PathRole).toString();
    const auto kind = index.data(app::KindRole).value<FolderKind>();
    QMenu menu(this);
    menu.addAction(kind == FolderKind::missing ? tr("Locate…") : tr("Open"), this, [this, index] { choose(index); })
        ->setEnabled(kind != FolderKind::other);
    if (m_removable)
        menu.addAction(tr("Remove from this list"), this, [this, path] { emit removeWanted(path); });
    menu.exec(event->globalPos());
}

} // namespace awq::ui
