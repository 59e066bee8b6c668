// SPDX-License-Identifier: GPL-3.0-or-later
// Comparing recipes option by option.
#include "app/recipe_difference.h"

#include "app/option_text.h"

namespace awq::app {

std::vector<OptionDifference> recipeDifferences(const core::Recipe& a, const core::Recipe& b) {
    std::vector<OptionDifference> differences;
    for (const core::RecipeOption& option : core::recipeOptions()) {
        const QString inA = optionTexts(option, a).join(QStringLiteral(", "));
        const QString inB = optionTexts(option, b).join(QStringLiteral(", "));
        if (inA != inB)
            differences.push_back({QString::fromStdString(option.name), inA, inB});
    }
    return differences;
}

} // namespace awq::app
