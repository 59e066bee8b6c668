// SPDX-License-Identifier: GPL-3.0-or-later
// Early abort and the paired race.
#include "core/quant/search/candidate_choice.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace awq::core {
namespace {

constexpr double discarded = std::numeric_limits<double>::quiet_NaN();

// What is known of every candidate.
class Tally {
public:
    explicit Tally(CandidateLosses& losses)
        : m_losses(losses), m_known(std::size_t(losses.candidates())), m_sums(m_known.size(), 0.0) {}

    // Measures and keeps; candidates without a finite sum are out.
    void measure(const std::vector<Trial>& trials) {
        const std::vector<std::vector<double>> found = m_losses.measure(trials);
        for (std::size_t i = 0; i < trials.size(); ++i) {
            std::vector<double>& known = m_known[std::size_t(trials[i].candidate)];
            for (const double loss : found[i]) {
                known.push_back(loss);
                m_sums[std::size_t(trials[i].candidate)] += loss;
            }
        }
    }

    int count() const { return int(m_known.size()); }
    double sum(int candidate) const { return m_sums[std::size_t(candidate)]; }
    bool finite(int candidate) const { return std::isfinite(sum(candidate)); }
    const std::vector<double>& known(int candidate) const { return m_known[std::size_t(candidate)]; }

    // Of `candidates`, the first with the smallest sum; -1 when none is finite.
    int leader(const std::vector<int>& candidates) const {
        int best = -1;
        for (const int candidate : candidates)
            if (finite(candidate) && (best < 0 || sum(candidate) < sum(best)))
                best = candidate;
        return best;
    }

    CandidateChoice choice(int best) const {
        CandidateChoice result;
        result.best = best;
        const double sequences = m_losses.sequences();
        const double total = best < 0 ? 0 : sum(best) * sequences / double(known(best).size());
        for (int i = 0; i < count(); ++i) {
            result.measured.push_back(double(known(i).size()) / sequences);
            result.losses.push_back(best < 0 || !finite(i) ? discarded
                                                           : total * relativeTo(best, i) / m_losses.elements());
        }
        return result;
    }

private:
    // Loss over that of `best`, on the sequences that both were measured on.
    double relativeTo(int best, int candidate) const {
        const auto common = std::ptrdiff_t(std::min(known(best).size(), known(candidate).size()));
        const auto over = [&](int i) { return std::accumulate(known(i).begin(), known(i).begin() + common, 0.0); };
        const double reference = over(best), own = over(candidate);
        return own == reference ? 1 : own / std::max(reference, std::numeric_limits<double>::min());
    }

    CandidateLosses& m_losses;
    std::vector<std::vector<double>> m_known; // per candidate and sequence
    std::vector<double> m_sums;
};

std::vector<int> allOf(const CandidateLosses& losses) {
    std::vector<int> all(std::size_t(losses.candidates()));
    std::iota(all.begin(), all.end(), 0);
    return all;
}

// Standard errors by which the candidate's mean lies above that of the best, over the sequences measured.
double excess(const std::vector<double>& candidate, const std::vector<double>& best) {
    const double count = double(candidate.size());
    double sum = 0, squares = 0;
    for (std::size_t i = 0; i < candidate.size(); ++i)
        sum += candidate[i] - best[i];
    const double mean = sum / count;
    for (std::size_t i = 0; i < candidate.size(); ++i)
        squares += (candidate[i] - best[i] - mean) * (candidate[i] - best[i] - mean);
    const double error = std::sqrt(squares / (count - 1) / count);
    if (error > 0)
        return mean / error;
    return mean > 0 ? std::numeric_limits<double>::infinity() : 0;
}

std::vector<Trial> trialsOf(const std::vector<int>& candidates, int first, int end) {
    std::vector<Trial> trials;
    for (const int candidate : candidates)
        trials.push_back({candidate, first, end});
    return trials;
}

void report(const ChoiceProgress& progress, const Tally& tally, int best) {
    if (progress)
        progress(tally.choice(best));
}

} // namespace

double CandidateChoice::work() const {
    return std::accumulate(measured.begin(), measured.end(), 0.0) / double(std::max<std::size_t>(1, measured.size()));
}

CandidateChoice exactChoice(CandidateLosses& losses, const ChoiceProgress& progress) {
    constexpr int firstShare = 8; // the leader of an eighth of the batches is mostly the best
    Tally tally(losses);
    const int batches = losses.batches(), first = std::max(1, batches / firstShare);
    const std::vector<int> all = allOf(losses);
    tally.measure(trialsOf(all, 0, first));
    const int leader = tally.leader(all);
    report(progress, tally, leader);
    if (leader < 0 || first == batches)
        return tally.choice(leader);
    tally.measure({{leader, first, batches}});
    std::vector<Trial> rest;
    for (const int candidate : all)
        if (candidate != leader && tally.finite(candidate))
            rest.push_back({candidate, first, batches, tally.sum(candidate), tally.sum(leader)});
    if (tally.finite(leader))
        tally.measure(rest);
    else // nothing to compare with: everything to the end
        for (Trial& trial : rest)
            tally.measure({{trial.candidate, first, batches}});
    std::vector<int> whole;
    for (const int candidate : all)
        if (int(tally.known(candidate).size()) == losses.sequences())
            whole.push_back(candidate);
    const int best = tally.leader(whole);
    report(progress, tally, best);
    return tally.choice(best);
}

CandidateChoice racingChoice(CandidateLosses& losses, const ChoiceProgress& progress, double deviations) {
    constexpr int fewest = 8; // sequences that a standard error is estimated from
    const int batches = losses.batches(), perBatch = std::max(1, losses.sequencesPerBatch());
    Tally tally(losses);
    std::vector<int> live = allOf(losses);
    int best = -1;
    for (int done = 0; done < batches && (done == 0 || live.size() > 1);) {
        const int end = std::min(batches, std::max((fewest + perBatch - 1) / perBatch, 2 * done));
        tally.measure(trialsOf(live, done, end));
        done = end;
        best = tally.leader(live);
        report(progress, tally, best);
        std::erase_if(live, [&](int candidate) {
            return candidate != best &&
                   (!tally.finite(candidate) || (tally.known(candidate).size() > 1 &&
                                                 excess(tally.known(candidate), tally.known(best)) > deviations));
        });
        if (best < 0)
            break;
    }
    return tally.choice(best);
}

} // namespace awq::core
