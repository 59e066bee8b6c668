// SPDX-License-Identifier: GPL-3.0-or-later
// Remaining time in words.
#include "app/eta.h"

#include <QCoreApplication>

#include "app/number_text.h"

namespace awq::app {

namespace {

struct EtaText {
    Q_DECLARE_TR_FUNCTIONS(Eta)
};

} // namespace

QString etaText(const std::optional<Eta>& eta) {
    if (!eta)
        return EtaText::tr("estimating…");
    const QString amount = eta->low == eta->high
                               ? EtaText::tr("about %1 left").arg(secondsText(eta->high))
                               : EtaText::tr("%1 to %2 left").arg(secondsText(eta->low), secondsText(eta->high));
    return eta->slow ? EtaText::tr("slower than expected · %1").arg(amount) : amount;
}

} // namespace awq::app
