// SPDX-License-Identifier: GPL-3.0-or-later
// Grabs the controls in both themes at both scales as pictures to look at (build folder, grabs/), and checks what can
// be checked.
#include <QtTest>

#include <QApplication>
#include <QCheckBox>
#include <QComboBox>
#include <QDir>
#include <QFormLayout>
#include <QGroupBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPainter>
#include <QProgressBar>
#include <QPushButton>
#include <QRadioButton>
#include <QScrollBar>
#include <QSlider>
#include <QSpinBox>
#include <QStandardItemModel>
#include <QTabBar>
#include <QTableView>
#include <QToolButton>
#include <QVBoxLayout>

#include "ui/theme/colours.h"
#include "ui/theme/icons.h"
#include "ui/theme/theme.h"
#include "ui/theme/tokens.h"
#include "ui/widgets/card.h"

using namespace awq::ui;

namespace {

void save(const QImage& image, const QString& name) {
    const QDir folder(QString(AWQ_BUILD_DIR) + "/grabs");
    QVERIFY(folder.mkpath("."));
    QVERIFY(image.save(folder.filePath(name + ".png")));
}

QPushButton* button(const QString& text, const QString& iconName = {}, bool primary = false) {
    auto* result = new QPushButton(text);
    if (!iconName.isEmpty())
        result->setIcon(icon(iconName, primary ? IconInk::onAccent : IconInk::text));
    result->setProperty("primary", primary);
    return result;
}

Card* buttonsCard() {
    auto* card = new Card("Buttons");
    auto* row = new QHBoxLayout;
    row->addWidget(button("Quantize", "run", true));
    row->addWidget(button("Browse…", "open"));
    auto* disabled = button("Resume", "resume");
    disabled->setEnabled(false);
    row->addWidget(disabled);
    auto* flat = button("Reset", "undo");
    flat->setFlat(true);
    row->addWidget(flat);
    auto* focused = button("Focused");
    focused->setObjectName("focused");
    row->addWidget(focused);
    for (const char* name : {"table", "copy", "export"}) {
        auto* tool = new QToolButton;
        tool->setIcon(icon(name));
        tool->setAutoRaise(true);
        row->addWidget(tool);
    }
    row->addStretch();
    card->body()->addLayout(row);
    return card;
}

Card* fieldsCard() {
    auto* card = new Card("Fields");
    auto* form = new QFormLayout;
    auto* name = new QLineEdit("/models/mistral-7b");
    name->setClearButtonEnabled(true);
    form->addRow("Model folder", name);
    auto* group = new QComboBox;
    group->addItems({"128", "64", "32"});
    form->addRow("Group size", group);
    auto* samples = new QSpinBox;
    samples->setRange(1, 512);
    samples->setValue(128);
    samples->setSuffix(" samples");
    form->addRow("Calibration", samples);
    auto* disabled = new QLineEdit("locked while running");
    disabled->setEnabled(false);
    form->addRow("Output", disabled);
    auto* checks = new QHBoxLayout;
    auto* partial = new QCheckBox("Clip search");
    partial->setTristate(true);
    partial->setCheckState(Qt::PartiallyChecked);
    auto* on = new QCheckBox("Zero point");
    on->setChecked(true);
    auto* radio = new QRadioButton("INT4");
    radio->setChecked(true);
    for (QWidget* widget : {(QWidget*)on, (QWidget*)new QCheckBox("Symmetric"), (QWidget*)partial, (QWidget*)radio,
                            (QWidget*)new QRadioButton("INT3")})
        checks->addWidget(widget);
    form->addRow("Options", checks);
    auto* slider = new QSlider(Qt::Horizontal);
    slider->setValue(40);
    form->addRow("Ratio", slider);
    auto* progress = new QProgressBar;
    progress->setValue(37);
    progress->setTextVisible(false);
    form->addRow("Progress", progress);
    card->body()->addLayout(form);
    return card;
}

QTableView* table(QObject* parent) {
    auto* model = new QStandardItemModel(40, 4, parent);
    model->setHorizontalHeaderLabels({"Linear", "Shape", "Ratio", "Loss"});
    for (int row = 0; row < 40; ++row) {
        const QString texts[] = {QString("layers.%1.mlp.down_proj").arg(row), "4096 × 11008", "0.35", "1.24e-4"};
        for (int column = 0; column < 4; ++column)
            model->setItem(row, column, new QStandardItem(texts[column]));
    }
    auto* view = new QTableView;
    view->setModel(model);
    view->setSelectionBehavior(QAbstractItemView::SelectRows);
    view->setShowGrid(false);
    view->setSortingEnabled(true);
    view->verticalHeader()->hide();
    view->selectRow(2);
    return view;
}

void fill(QWidget& page) {
    auto* layout = new QVBoxLayout(&page);
    applyPageSpacing(layout);
    auto* title = new QLabel("Controls");
    title->setFont(textFont(TextSize::title, true));
    layout->addWidget(title);
    auto* tabs = new QTabBar;
    for (const char* text : {"Loss", "Scales", "Clip"})
        tabs->addTab(text);
    layout->addWidget(tabs);
    layout->addWidget(buttonsCard());
    layout->addWidget(fieldsCard());
    layout->addWidget(table(&page), 1);
}

QImage iconSheet() {
    const QStringList names = iconNames();
    QImage image(10 * 100, (names.size() + 9) / 10 * 80, QImage::Format_ARGB32_Premultiplied);
    image.fill(qApp->palette().color(QPalette::Window));
    QPainter painter(&image);
    painter.setPen(qApp->palette().color(QPalette::Text));
    for (int i = 0; i < names.size(); ++i) {
        const QPoint corner(i % 10 * 100, i / 10 * 80);
        icon(names[i]).paint(&painter, QRect(corner + QPoint(20, 10), QSize(16, 16)));
        icon(names[i]).paint(&painter, QRect(corner + QPoint(50, 5), QSize(32, 32)));
        painter.drawText(QRect(corner + QPoint(0, 45), QSize(100, 20)), Qt::AlignCenter, names[i]);
    }
    return image;
}

} // namespace

class GalleryTest : public QObject {
    Q_OBJECT

private slots:
    void controls_data() {
        QTest::addColumn<bool>("dark");
        QTest::newRow("light") << false;
        QTest::newRow("dark") << true;
    }
    void controls() {
        QFETCH(bool, dark);
        Theme theme(*qApp);
        theme.setMode(dark ? ThemeMode::dark : ThemeMode::light);
        QWidget page;
        fill(page);
        page.resize(820, 760);
        page.show();
        page.activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&page));
        auto* focused = page.findChild<QPushButton*>("focused");
        QTest::keyClick(&page, Qt::Key_Tab);
        focused->setFocus(Qt::TabFocusReason);
        const QImage image = page.grab().toImage();
        QCOMPARE(image.pixelColor(4, 4), coloursFor(page.palette()).window);
        save(image, QString("controls-%1-%2x").arg(dark ? "dark" : "light").arg(page.devicePixelRatio()));
        save(iconSheet(), QString("icons-%1").arg(dark ? "dark" : "light"));
    }

    void colourScales() {
        QImage image(1000, 240, QImage::Format_RGB32);
        for (int x = 0; x < 1000; ++x)
            for (int y = 0; y < 240; ++y) {
                const double t = x / 999.0;
                const bool dark = y >= 120;
                const QColor colour = y % 120 < 40   ? sequentialColour(t, dark)
                                      : y % 120 < 80 ? divergingColour(2 * t - 1, dark)
                                                     : (dark ? darkColours() : lightColours()).categories[x / 125];
                image.setPixelColor(x, y, colour);
            }
        save(image, "colour-scales");
    }
};

QTEST_MAIN(GalleryTest)
#include "gallery_test.moc"
