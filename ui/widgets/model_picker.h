// SPDX-License-Identifier: GPL-3.0-or-later
// A field that chooses a model folder: the original, the quantized one, a recent one, or any by browsing.
#pragma once

#include <QWidget>
#include <vector>

class QComboBox;

namespace awq::app {
class Workspace;
}

namespace awq::ui {

struct ModelOffer {
    QString title, folder;
};

// Of the opened run first, then of the session, then the recent models; each folder once.
std::vector<ModelOffer> modelOffers(app::Workspace& workspace);

class ModelPicker : public QWidget {
    Q_OBJECT

public:
    // none: offers to leave it empty under this title; empty title: it does not.
    ModelPicker(const QString& name, const QString& title, const QString& none = {}, QWidget* parent = nullptr);

    // Keeps what is chosen when it is still offered; else chooses `preferred`-th of the offers, if there is one.
    void setOffers(const std::vector<ModelOffer>& offers, std::size_t preferred);
    QString folder() const; // empty: none
    void choose(const QString& folder);

signals:
    void edited();

private:
    const QString m_none;
    QComboBox* m_box;
};

} // namespace awq::ui
