// SPDX-License-Identifier: GPL-3.0-or-later
// Which of several candidates has the smallest loss, with as little measuring as the answer needs. Losses are sums of
// non-negative ones over sequences, so a candidate may be left as soon as it cannot win (exact) or is most unlikely to
// (racing). What is measured, and so the outcome, does not depend on the number of threads.
#pragma once

#include <functional>
#include <limits>
#include <vector>

namespace awq::core {

// One stretch of measuring: batches [firstBatch, endBatch) of one candidate, given up after the batch with which the
// losses, `already` included, exceed `limit`.
struct Trial {
    int candidate = 0;
    int firstBatch = 0, endBatch = 0;
    double already = 0;
    double limit = std::numeric_limits<double>::infinity();
};

class CandidateLosses {
public:
    virtual ~CandidateLosses() = default;

    virtual int candidates() const = 0;
    virtual int batches() const = 0;
    virtual int sequences() const = 0;         // in all batches
    virtual int sequencesPerBatch() const = 0; // of all batches but the last, which may have fewer
    virtual double elements() const = 0;       // what a mean divides the sum over all sequences by
    // For each trial the losses of its sequences, in order; fewer than asked for when it was given up. A loss that is
    // not finite ends the trial. Throws Error(cancelled).
    virtual std::vector<std::vector<double>> measure(const std::vector<Trial>& trials) = 0;
};

struct CandidateChoice {
    int best = -1; // the first of equals; -1: no candidate was finite
    // Mean per element; NaN: discarded, not finite. A candidate that was left early is rated by the sequences it has in
    // common with the best one.
    std::vector<double> losses;
    std::vector<double> measured; // share of the sequences that were measured, 0..1
    double work() const;          // mean of `measured`: 1 is trying every candidate on everything
};

// Called after every round with the losses as far as they are known.
using ChoiceProgress = std::function<void(const CandidateChoice& soFar)>;

// The very smallest loss.
CandidateChoice exactChoice(CandidateLosses& losses, const ChoiceProgress& progress = {});

// Doubles the sequences, from at least eight on; a candidate leaves once its mean excess over the best so far is more
// than `deviations` standard errors over sequences. Not exact: the first rounds decide what is clear.
CandidateChoice racingChoice(CandidateLosses& losses, const ChoiceProgress& progress = {}, double deviations = 4);

} // namespace awq::core
