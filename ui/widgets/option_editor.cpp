// SPDX-License-Identifier: GPL-3.0-or-later
// Fields per kind of option.
#include "ui/widgets/option_editor.h"

#include <QCheckBox>
#include <QComboBox>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QSignalBlocker>
#include <QSpinBox>
#include <limits>

#include "app/number_text.h"
#include "app/option_text.h"
#include "ui/theme/tokens.h"
#include "ui/widgets/buttons.h"

namespace awq::ui {

namespace {

// Options whose text is the path of a file.
enum class PathKind { none, open, save };

PathKind pathKind(const std::string& option) {
    if (option == "calibration" || option == "results-in")
        return PathKind::open;
    return option == "results-out" ? PathKind::save : PathKind::none;
}

void select(QComboBox& combo, const QString& value) {
    int index = combo.findData(value);
    if (index < 0 && !value.isEmpty()) { // a value from a file that we do not offer
        combo.addItem(value, value);
        index = combo.count() - 1;
    }
    combo.setCurrentIndex(index);
}

std::vector<Choice> coreChoices(const core::RecipeOption& option) {
    std::vector<Choice> choices;
    for (const std::string& value : option.values)
        choices.push_back({QString::fromStdString(value), QString::fromStdString(value)});
    return choices;
}

} // namespace

OptionEditor::OptionEditor(const core::RecipeOption& option, QWidget* parent) : QWidget(parent), m_option(option) {
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(spacing().small);
    const OptionLabel words = optionLabel(QString::fromStdString(option.name));
    const std::vector<Choice> choices = words.choices.empty() ? coreChoices(option) : words.choices;
    if (option.kind == core::OptionKind::flag)
        makeCheckBox();
    else if (app::isList(option))
        makeListEdit();
    else if (!choices.empty())
        makeComboBox(choices);
    else if (option.kind == core::OptionKind::integer)
        makeSpinBox();
    else
        makeLineEdit();
}

void OptionEditor::adopt(QWidget* field) {
    const QString name = QString::fromStdString(m_option.name);
    const OptionLabel words = optionLabel(name);
    field->setObjectName(QStringLiteral("option.") + name);
    field->setAccessibleName(words.label);
    field->setAccessibleDescription(words.explanation);
    field->setToolTip(words.explanation);
    setFocusProxy(field);
    layout()->addWidget(field);
}

void OptionEditor::setTexts(const QStringList& texts) {
    if (texts == m_read())
        return;
    const QSignalBlocker blocker(this);
    m_write(texts);
}

void OptionEditor::setChoices(const std::vector<Choice>& choices) {
    Q_ASSERT(m_combo);
    const QSignalBlocker blocker(this);
    const QString value = m_combo->currentData().toString();
    m_combo->clear();
    for (const Choice& choice : choices)
        m_combo->addItem(choice.label, choice.value);
    select(*m_combo, value);
}

void OptionEditor::makeCheckBox() {
    auto* box = new QCheckBox(optionLabel(QString::fromStdString(m_option.name)).label);
    m_read = [box] { return QStringList{box->isChecked() ? QStringLiteral("true") : QStringLiteral("false")}; };
    m_write = [box](const QStringList& texts) { box->setChecked(texts.value(0) == QLatin1String("true")); };
    connect(box, &QCheckBox::toggled, this, &OptionEditor::edited);
    adopt(box);
}

void OptionEditor::makeComboBox(const std::vector<Choice>& choices) {
    m_combo = new QComboBox;
    for (const Choice& choice : choices)
        m_combo->addItem(choice.label, choice.value);
    m_read = [combo = m_combo] { return QStringList{combo->currentData().toString()}; };
    m_write = [combo = m_combo](const QStringList& texts) { select(*combo, texts.value(0)); };
    connect(m_combo, &QComboBox::currentIndexChanged, this, &OptionEditor::edited);
    m_combo->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_combo->setMinimumContentsLength(12);
    adopt(m_combo);
}

void OptionEditor::makeSpinBox() {
    auto* box = new QSpinBox;
    const auto limit = [](std::int64_t value) {
        return int(std::min<std::int64_t>(value, std::numeric_limits<int>::max()));
    };
    box->setRange(limit(m_option.minimum), limit(m_option.maximum));
    box->setKeyboardTracking(false);
    box->setGroupSeparatorShown(true);
    m_read = [box] { return QStringList{QString::number(box->value())}; };
    m_write = [box](const QStringList& texts) { box->setValue(texts.value(0).toInt()); };
    connect(box, &QSpinBox::valueChanged, this, &OptionEditor::edited);
    adopt(box);
}

void OptionEditor::makeLineEdit() {
    auto* edit = new QLineEdit;
    const bool bytes = m_option.kind == core::OptionKind::bytes;
    m_read = [edit] { return QStringList{edit->text().trimmed()}; };
    m_write = [edit, bytes](const QStringList& texts) {
        const QString text = texts.value(0);
        edit->setText(bytes ? app::bytesText(text.toLongLong()) : text);
    };
    connect(edit, &QLineEdit::editingFinished, this, [this, edit] {
        if (edit->isModified())
            emit edited();
        edit->setModified(false);
    });
    adopt(edit);

    const PathKind kind = pathKind(m_option.name);
    if (kind == PathKind::none)
        return;
    auto* browse = iconButton(QStringLiteral("open"), tr("Choose a file for %1").arg(edit->accessibleName()));
    browse->setObjectName(edit->objectName() + QStringLiteral(".browse"));
    connect(browse, &QToolButton::clicked, this, [this, edit, kind] {
        const QString file = kind == PathKind::open ? QFileDialog::getOpenFileName(this, edit->accessibleName())
                                                    : QFileDialog::getSaveFileName(this, edit->accessibleName());
        if (file.isEmpty())
            return;
        edit->setText(file);
        emit edited();
    });
    layout()->addWidget(browse);
}

void OptionEditor::makeListEdit() {
    auto* edit = new QPlainTextEdit;
    edit->setTabChangesFocus(true);
    edit->setLineWrapMode(QPlainTextEdit::NoWrap);
    edit->setFixedHeight(edit->fontMetrics().lineSpacing() * 3 + spacing().medium);
    m_read = [edit] { return edit->toPlainText().split(QLatin1Char('\n'), Qt::SkipEmptyParts); };
    m_write = [edit](const QStringList& texts) { edit->setPlainText(texts.join(QLatin1Char('\n'))); };
    connect(edit, &QPlainTextEdit::textChanged, this, &OptionEditor::edited);
    adopt(edit);
}

} // namespace awq::ui
