// SPDX-License-Identifier: GPL-3.0-or-later
// Reads rotary settings in the forms of Transformers 4 and 5.
#include "core/model/families/rope_settings.h"

#include <array>
#include <cmath>
#include <string_view>
#include <utility>

#include "core/error.h"

namespace awq::core {
namespace {

constexpr std::array<std::pair<std::string_view, RopeKind>, 7> kinds{{
    {"default", RopeKind::standard},
    {"linear", RopeKind::linear},
    {"dynamic", RopeKind::dynamic},
    {"llama3", RopeKind::llama3},
    {"yarn", RopeKind::yarn},
    {"longrope", RopeKind::longrope},
    {"su", RopeKind::longrope},
}};

RopeKind kindOf(const Config& settings) {
    const std::string name = settings.text({"rope_type", "type"}, "default");
    for (const auto& [known, kind] : kinds)
        if (name == known)
            return kind;
    settings.refuse(settings.has({"rope_type"}) ? "rope_type" : "type",
                    "known rotary scalings are default, linear, dynamic, llama3, yarn and longrope");
}

// The mscale of the YaRN paper.
double yarnMagnitude(double factor, double weight) {
    return factor <= 1 ? 1 : 0.1 * weight * std::log(factor) + 1;
}

double yarnAttentionFactor(const Config& settings, double factor) {
    const double weight = settings.number({"mscale"}, 0), allWeight = settings.number({"mscale_all_dim"}, 0);
    const double standard = weight != 0 && allWeight != 0
                                ? yarnMagnitude(factor, weight) / yarnMagnitude(factor, allWeight)
                                : yarnMagnitude(factor, 1);
    return settings.number({"attention_factor"}, standard);
}

double longropeAttentionFactor(const Config& settings, double factor, std::int64_t context) {
    const double standard = factor <= 1 ? 1 : std::sqrt(1 + std::log(factor) / std::log(double(context)));
    return settings.number({"attention_factor"}, standard);
}

void readScaling(const Config& config, const Config& settings, RopeSpec& rope) {
    const std::int64_t maximum = config.integer({"max_position_embeddings"}, 2048);
    const auto originalContext = settings.integer({"original_max_position_embeddings"},
                                                  config.integer({"original_max_position_embeddings"}, maximum));
    rope.trainedContext = rope.kind == RopeKind::dynamic ? maximum : originalContext;
    rope.factor = settings.number({"factor"}, double(maximum) / double(rope.trainedContext));
    if (rope.trainedContext < 1 || !(rope.factor > 0))
        settings.refuse("factor", "factor and original_max_position_embeddings must be positive");
    rope.lowFrequencyFactor = settings.number({"low_freq_factor"}, 1);
    rope.highFrequencyFactor = settings.number({"high_freq_factor"}, 4);
    rope.betaFast = settings.number({"beta_fast"}, 32);
    rope.betaSlow = settings.number({"beta_slow"}, 1);
    rope.truncate = settings.boolean({"truncate"}, true);
    if (rope.kind == RopeKind::yarn)
        rope.attentionFactor = yarnAttentionFactor(settings, rope.factor);
    if (rope.kind != RopeKind::longrope)
        return;
    rope.shortFactors = settings.numbers({"short_factor"});
    rope.longFactors = settings.numbers({"long_factor"});
    rope.attentionFactor = longropeAttentionFactor(settings, rope.factor, rope.trainedContext);
    const std::size_t pairs = std::size_t(rope.rotaryDim) / 2;
    if (rope.shortFactors.size() != pairs || rope.longFactors.size() != pairs)
        settings.refuse("short_factor", "short_factor and long_factor need " + std::to_string(pairs) + " numbers each");
}

} // namespace

RopeSpec readRope(const Config& config, std::int64_t headDim, RopeDefaults defaults) {
    const SettingNames thetaNames{"rope_theta", "rotary_emb_base"}, partialNames{"partial_rotary_factor", "rotary_pct"};
    RopeSpec rope;
    rope.theta = config.number(thetaNames, defaults.theta);
    double partial = config.number(partialNames, defaults.partialFactor);
    const std::optional<Config> settings = config.object({"rope_parameters", "rope_scaling"});
    if (settings) {
        rope.kind = kindOf(*settings);
        rope.theta = settings->number(thetaNames, rope.theta);
        partial = settings->number(partialNames, partial);
    }
    rope.rotaryDim = std::int64_t(double(headDim) * partial);
    if (!(rope.theta > 1))
        config.refuse("rope_theta", "it must be above 1");
    if (rope.rotaryDim < 2 || rope.rotaryDim % 2 != 0 || rope.rotaryDim > headDim)
        config.refuse("partial_rotary_factor", "an even number of at least 2 of the " + std::to_string(headDim) +
                                                   " elements of a head must turn");
    if (settings && rope.kind != RopeKind::standard)
        readScaling(config, *settings, rope);
    return rope;
}

} // namespace awq::core
