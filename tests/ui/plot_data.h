// SPDX-License-Identifier: GPL-3.0-or-later
// Made-up but plausible data for plots: shared by the tests of the plots and by their pictures.
#pragma once

#include <cmath>
#include <memory>
#include <random>

#include "core/quant/results.h"
#include "ui/plots/channel_scale_plot.h"
#include "ui/plots/heatmap_plot.h"
#include "ui/plots/linear_loss_plot.h"
#include "ui/plots/loss_curve_plot.h"

namespace awq::test {

inline ui::LossCurve lossCurve(const QString& name = "input_layernorm", double unit = 1.3e-4, double best = 0.35) {
    ui::LossCurve curve{.name = name};
    for (int i = 0; i < 20; ++i) {
        const double ratio = i / 20.0, away = ratio - best;
        curve.ratios.push_back(ratio);
        curve.losses.push_back(unit * (0.62 + 2.6 * away * away + 0.9 * std::pow(std::max(away, 0.0), 3)));
    }
    curve.bestRatio = best;
    return curve;
}

// Log-normal scales with a few outlier channels, as large models have them.
inline ui::ChannelValues channelScales(int channels, unsigned seed = 1, const QString& name = "input_layernorm") {
    std::mt19937 random(seed);
    std::lognormal_distribution<float> ordinary(0, 0.22f);
    ui::ChannelValues scales{.name = name};
    for (int i = 0; i < channels; ++i)
        scales.values.push_back(ordinary(random) * (i % 397 == 17 ? 6.0f : 1.0f));
    return scales;
}

inline ui::HeatmapData clipFractions(std::int64_t rows, std::int64_t columns) {
    std::mt19937 random(3);
    auto values = std::make_shared<std::vector<float>>();
    values->reserve(std::size_t(rows * columns));
    for (std::int64_t row = 0; row < rows; ++row)
        for (std::int64_t column = 0; column < columns; ++column) {
            const double wave = 0.5 + 0.5 * std::sin(double(row) / double(rows) * 9) * std::cos(double(column) / 5.0);
            const int step = std::min(9, int(random() % 5) + int(wave * 5));
            values->push_back(1.0f - 0.05f * float(step));
        }
    return {values, rows, columns};
}

inline ui::HeatmapData weightErrors(std::int64_t rows, std::int64_t columns) {
    std::mt19937 random(4);
    std::lognormal_distribution<float> noise(0, 0.5f);
    auto values = std::make_shared<std::vector<float>>();
    for (std::int64_t row = 0; row < rows; ++row)
        for (std::int64_t column = 0; column < columns; ++column)
            values->push_back(2e-6f * noise(random) * (column == columns / 3 ? 12.0f : 1.0f));
    return {values, rows, columns};
}

inline core::Histogram weightHistogram() {
    core::Histogram histogram{.minimum = -0.11, .maximum = 0.12};
    for (int bin = 0; bin < 256; ++bin) {
        const double weight = -0.11 + 0.23 * (bin + 0.5) / 256;
        const double count = 520000 * std::exp(-weight * weight / (2 * 0.021 * 0.021));
        histogram.before.push_back(std::uint64_t(count));
        histogram.after.push_back(std::uint64_t(count * (1 + 0.22 * std::sin(bin * 0.9))));
    }
    return histogram;
}

inline std::vector<ui::LinearPoint> linearLosses(int blocks) {
    const std::pair<const char*, double> kinds[] = {
        {"self_attn.q_proj", 3e-4}, {"self_attn.k_proj", 2e-4}, {"self_attn.v_proj", 6e-5}, {"self_attn.o_proj", 2e-5},
        {"mlp.gate_proj", 8e-4},    {"mlp.up_proj", 5e-4},      {"mlp.down_proj", 1.2e-4}};
    std::mt19937 random(5);
    std::lognormal_distribution<double> noise(0, 0.18);
    std::vector<ui::LinearPoint> points;
    for (int block = 0; block < blocks; ++block)
        for (const auto& [name, base] : kinds)
            points.push_back({block, name, base * std::exp(block * 0.06) * noise(random)});
    return points;
}

} // namespace awq::test
