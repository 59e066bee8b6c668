// SPDX-License-Identifier: GPL-3.0-or-later
// Saves the rows of a table as CSV or JSON where the user says.
#pragma once

#include <QPushButton>
#include <functional>

#include "core/error.h"

class QAbstractItemModel;

namespace awq::ui {

class SaveResults : public QPushButton {
    Q_OBJECT

public:
    // name: of the button and, as a suggestion, of the file. protocol: how the numbers were measured, in words; part of
    // the JSON file. Enabled while there are rows.
    SaveResults(const QString& name, const QAbstractItemModel& model, std::function<QString()> protocol,
                QWidget* parent = nullptr);

    void save(const QString& path); // .json, else CSV; the file appears whole or not at all

signals:
    void failed(const awq::core::Error& error);

private:
    void ask();

    const QAbstractItemModel& m_model;
    const std::function<QString()> m_protocol;
};

// Values as they are, not as they are shown; keys and headings are the column titles, a repeated one with the title of
// the column before it ("Right (%) ±").
QByteArray tableAsCsv(const QAbstractItemModel& model);
QByteArray tableAsJson(const QAbstractItemModel& model, const QString& protocol);

} // namespace awq::ui
