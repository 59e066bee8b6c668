// SPDX-License-Identifier: GPL-3.0-or-later
// Maps Qt's style elements to the painters, and leaves to Fusion what looks right already.
#include "ui/theme/studio_style.h"

#include <QAbstractItemView>
#include <QApplication>
#include <QHeaderView>
#include <QPainter>
#include <QPushButton>
#include <QScrollBar>
#include <QStyleFactory>
#include <QStyleOption>

#include "ui/theme/colours.h"
#include "ui/theme/control_painter.h"
#include "ui/theme/icons.h"
#include "ui/theme/tokens.h"

namespace awq::ui {

namespace {

bool hasProperty(const QWidget* widget, const char* name) {
    return widget && widget->property(name).toBool();
}

// Row ground of lists and tables: quiet selection under unchanged ink, faint hover.
void drawItemGround(const QStyleOptionViewItem& option, QPainter* painter) {
    const Colours& c = coloursFor(option.palette);
    if (option.backgroundBrush.style() != Qt::NoBrush)
        painter->fillRect(option.rect, option.backgroundBrush);
    if (option.state & QStyle::State_Selected)
        painter->fillRect(option.rect, c.selection);
    else if (option.state & QStyle::State_MouseOver)
        painter->fillRect(option.rect, c.hover);
}

} // namespace

StudioStyle::StudioStyle() : QProxyStyle(QStyleFactory::create("Fusion")) {}

void StudioStyle::polish(QWidget* widget) {
    QProxyStyle::polish(widget);
    if (qobject_cast<QScrollBar*>(widget) || qobject_cast<QAbstractItemView*>(widget))
        widget->setAttribute(Qt::WA_Hover);
    if (auto* header = qobject_cast<QHeaderView*>(widget)) {
        header->setAttribute(Qt::WA_Hover);
        header->setHighlightSections(false);
        header->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    }
}

void StudioStyle::drawPrimitive(PrimitiveElement element, const QStyleOption* option, QPainter* painter,
                                const QWidget* widget) const {
    const ControlPainter paint{painter, option};
    switch (element) {
    case PE_PanelButtonCommand: {
        const auto* button = qstyleoption_cast<const QStyleOptionButton*>(option);
        return paint.pushButton(hasProperty(widget, "primary"),
                                button && (button->features & QStyleOptionButton::Flat));
    }
    case PE_PanelButtonTool:
        return paint.toolButton();
    case PE_PanelLineEdit: {
        const auto* frame = qstyleoption_cast<const QStyleOptionFrame*>(option);
        if (frame && frame->lineWidth > 0)
            paint.field();
        return; // inside a combo or spin box the box has drawn the ground
    }
    case PE_FrameLineEdit:
        return paint.field();
    case PE_FrameFocusRect:
        if (!qobject_cast<const QAbstractItemView*>(widget))
            paint.focusRing(option->rect);
        return;
    case PE_IndicatorCheckBox:
    case PE_IndicatorItemViewItemCheck:
        return paint.checkBox();
    case PE_IndicatorRadioButton:
        return paint.radioButton();
    case PE_Frame:
        return hasProperty(widget, "card") ? paint.card() : paint.frame();
    case PE_FrameGroupBox:
    case PE_PanelStatusBar:
    case PE_FrameStatusBarItem:
    case PE_FrameTabWidget:
        return; // a heading and space separate, not frames
    case PE_FrameTabBarBase:
        return paint.bottomLine();
    case PE_PanelItemViewItem:
        if (const auto* item = qstyleoption_cast<const QStyleOptionViewItem*>(option))
            drawItemGround(*item, painter);
        return;
    case PE_PanelItemViewRow:
        return; // the items draw their ground
    case PE_IndicatorArrowDown:
        return paint.chevron(option->rect, 0, true);
    case PE_IndicatorArrowUp:
        return paint.chevron(option->rect, 180, true);
    case PE_IndicatorArrowLeft:
        return paint.chevron(option->rect, 90, true);
    case PE_IndicatorArrowRight:
        return paint.chevron(option->rect, -90, true);
    case PE_IndicatorHeaderArrow: {
        const auto* header = qstyleoption_cast<const QStyleOptionHeader*>(option);
        return paint.chevron(option->rect, header && header->sortIndicator == QStyleOptionHeader::SortUp ? 180 : 0,
                             true);
    }
    default:
        QProxyStyle::drawPrimitive(element, option, painter, widget);
    }
}

void StudioStyle::drawControl(ControlElement element, const QStyleOption* option, QPainter* painter,
                              const QWidget* widget) const {
    const ControlPainter paint{painter, option};
    switch (element) {
    case CE_PushButtonLabel:
        if (hasProperty(widget, "primary") && paint.enabled()) {
            QStyleOptionButton button(*qstyleoption_cast<const QStyleOptionButton*>(option));
            button.palette.setColor(QPalette::ButtonText, coloursFor(option->palette).onAccent);
            return QProxyStyle::drawControl(element, &button, painter, widget);
        }
        break;
    case CE_ItemViewItem: {
        QStyleOptionViewItem item(*qstyleoption_cast<const QStyleOptionViewItem*>(option));
        item.palette.setColor(QPalette::HighlightedText, item.palette.color(QPalette::Text));
        return QProxyStyle::drawControl(element, &item, painter, widget);
    }
    case CE_HeaderSection:
        return paint.headerSection();
    case CE_HeaderEmptyArea:
        return painter->fillRect(option->rect, coloursFor(option->palette).card);
    case CE_ProgressBarGroove:
        return;
    case CE_ProgressBarContents:
        if (const auto* bar = qstyleoption_cast<const QStyleOptionProgressBar*>(option))
            paint.progressBar(*bar);
        return;
    case CE_TabBarTabShape:
        if (const auto* tab = qstyleoption_cast<const QStyleOptionTab*>(option))
            paint.tab(*tab);
        return;
    case CE_Splitter:
        return; // the gap is enough
    default:
        break;
    }
    QProxyStyle::drawControl(element, option, painter, widget);
}

void StudioStyle::drawComplexControl(ComplexControl control, const QStyleOptionComplex* option, QPainter* painter,
                                     const QWidget* widget) const {
    const ControlPainter paint{painter, option};
    const auto part = [&](SubControl sub) { return proxy()->subControlRect(control, option, sub, widget); };
    switch (control) {
    case CC_ScrollBar:
        return paint.scrollBarHandle(option->rect, part(SC_ScrollBarSlider));
    case CC_ComboBox: {
        paint.field();
        return paint.chevron(part(SC_ComboBoxArrow), 0, false);
    }
    case CC_SpinBox: {
        paint.field();
        const auto* spin = qstyleoption_cast<const QStyleOptionSpinBox*>(option);
        if (spin && spin->buttonSymbols != QAbstractSpinBox::NoButtons) {
            paint.chevron(part(SC_SpinBoxUp), 180, !(spin->stepEnabled & QAbstractSpinBox::StepUpEnabled));
            paint.chevron(part(SC_SpinBoxDown), 0, !(spin->stepEnabled & QAbstractSpinBox::StepDownEnabled));
        }
        return;
    }
    case CC_ToolButton: {
        QStyleOptionToolButton button(*qstyleoption_cast<const QStyleOptionToolButton*>(option));
        if (!(button.features & QStyleOptionToolButton::MenuButtonPopup))
            button.features &= ~QStyleOptionToolButton::HasMenu; // the icon says enough
        return QProxyStyle::drawComplexControl(control, &button, painter, widget);
    }
    case CC_Slider:
        return paint.slider(part(SC_SliderGroove), part(SC_SliderHandle));
    default:
        QProxyStyle::drawComplexControl(control, option, painter, widget);
    }
}

int StudioStyle::pixelMetric(PixelMetric metric, const QStyleOption* option, const QWidget* widget) const {
    switch (metric) {
    case PM_ScrollBarExtent:
        return spacing().medium;
    case PM_HeaderMargin:
        return spacing().small;
    case PM_ScrollBarSliderMin:
        return spacing().page;
    case PM_ScrollView_ScrollBarSpacing:
        return 0;
    case PM_ButtonShiftHorizontal:
    case PM_ButtonShiftVertical:
        return 0;
    case PM_SmallIconSize:
    case PM_ButtonIconSize:
    case PM_ListViewIconSize:
    case PM_IndicatorWidth:
    case PM_IndicatorHeight:
    case PM_ExclusiveIndicatorWidth:
    case PM_ExclusiveIndicatorHeight:
        return iconSize();
    case PM_ToolBarIconSize:
        return iconSize() + spacing().tight;
    case PM_LayoutLeftMargin:
    case PM_LayoutTopMargin:
    case PM_LayoutRightMargin:
    case PM_LayoutBottomMargin:
        return spacing().medium;
    case PM_LayoutHorizontalSpacing:
    case PM_LayoutVerticalSpacing:
        return spacing().small;
    case PM_SplitterWidth:
        return spacing().small;
    default:
        return QProxyStyle::pixelMetric(metric, option, widget);
    }
}

int StudioStyle::styleHint(StyleHint hint, const QStyleOption* option, const QWidget* widget,
                           QStyleHintReturn* result) const {
    switch (hint) {
    case SH_EtchDisabledText:
    case SH_DitherDisabledText:
        return 0;
    case SH_ItemView_ShowDecorationSelected:
        return 1;
    case SH_UnderlineShortcut:
        return 1;
    case SH_FormLayoutLabelAlignment:
        return Qt::AlignLeft;
    case SH_ToolTip_WakeUpDelay:
        return 400;
    default:
        return QProxyStyle::styleHint(hint, option, widget, result);
    }
}

QSize StudioStyle::sizeFromContents(ContentsType type, const QStyleOption* option, const QSize& size,
                                    const QWidget* widget) const {
    QSize result = QProxyStyle::sizeFromContents(type, option, size, widget);
    const int controlHeight = option ? option->fontMetrics.height() + 2 * (spacing().tight + 2) : 0;
    switch (type) {
    case CT_PushButton:
        return {result.width() + spacing().small, qMax(result.height(), controlHeight)};
    case CT_LineEdit:
    case CT_ComboBox:
    case CT_SpinBox:
        return {result.width() + spacing().small, controlHeight};
    case CT_HeaderSection:
        return {result.width() + spacing().small, qMax(result.height(), controlHeight)};
    case CT_ProgressBar:
        return {result.width(), spacing().small};
    default:
        return result;
    }
}

QRect StudioStyle::subControlRect(ComplexControl control, const QStyleOptionComplex* option, SubControl subControl,
                                  const QWidget* widget) const {
    if (control != CC_ScrollBar)
        return QProxyStyle::subControlRect(control, option, subControl, widget);
    // No arrow buttons: the groove is the whole bar.
    const auto* bar = qstyleoption_cast<const QStyleOptionSlider*>(option);
    const QRect groove = bar->rect;
    if (subControl == SC_ScrollBarGroove)
        return groove;
    const bool horizontal = bar->orientation == Qt::Horizontal;
    const int length = horizontal ? groove.width() : groove.height();
    const qint64 range = qint64(bar->maximum) - bar->minimum;
    const int least = qMin(pixelMetric(PM_ScrollBarSliderMin, option, widget), length);
    const int handle =
        range > 0 ? qBound(least, int(qint64(bar->pageStep) * length / (range + bar->pageStep)), length) : length;
    const int start = QStyle::sliderPositionFromValue(bar->minimum, bar->maximum, bar->sliderPosition, length - handle,
                                                      bar->upsideDown);
    const auto piece = [&](int from, int extent) {
        return horizontal ? QRect(groove.x() + from, groove.y(), extent, groove.height())
                          : QRect(groove.x(), groove.y() + from, groove.width(), extent);
    };
    switch (subControl) {
    case SC_ScrollBarSlider:
        return piece(start, handle);
    case SC_ScrollBarSubPage:
        return piece(0, start);
    case SC_ScrollBarAddPage:
        return piece(start + handle, length - start - handle);
    default:
        return {};
    }
}

QRect StudioStyle::subElementRect(SubElement element, const QStyleOption* option, const QWidget* widget) const {
    const QRect rect = QProxyStyle::subElementRect(element, option, widget);
    const auto* frame = qstyleoption_cast<const QStyleOptionFrame*>(option);
    if (element == SE_LineEditContents && frame && frame->lineWidth > 0)
        return rect.adjusted(spacing().tight, 0, -spacing().tight, 0);
    return rect;
}

QIcon StudioStyle::standardIcon(StandardPixmap pixmap, const QStyleOption* option, const QWidget* widget) const {
    switch (pixmap) {
    case SP_LineEditClearButton:
    case SP_TitleBarCloseButton:
    case SP_DockWidgetCloseButton:
        return icon("close", IconInk::dim);
    case SP_MessageBoxInformation:
        return icon("info", IconInk::accent);
    case SP_MessageBoxWarning:
        return icon("warning", IconInk::warning);
    case SP_MessageBoxCritical:
        return icon("error", IconInk::error);
    case SP_MessageBoxQuestion:
        return icon("help", IconInk::accent);
    case SP_DirIcon:
    case SP_DirClosedIcon:
        return icon("folder");
    case SP_DirOpenIcon:
        return icon("open");
    case SP_FileIcon:
        return icon("file");
    default:
        return QProxyStyle::standardIcon(pixmap, option, widget);
    }
}

} // namespace awq::ui
