// SPDX-License-Identifier: GPL-3.0-or-later
// The devices of a run, each a worker on its own thread, until every block is finished.
#pragma once

#include <vector>

#include "core/run/block_worker_torch.h"

namespace awq::core {

// One float pass feeds all workers: what leaves a block is passed on before its search begins. A worker whose device
// fails is left out with a warning, and its block done by another; bad input and cancelling end the run. The blocks of
// a recipe with corrected targets depend on each other: the first worker does them all.
class BlockTeam {
public:
    explicit BlockTeam(const BlockJob& job) : m_job(job), m_places(job.setup.places()) {}

    // Blocking. Throws what ended the run.
    void work();

private:
    void workUntil(int last); // one round of the relay
    void dropFailed(const std::vector<std::exception_ptr>& errors);
    int threadsOfEach() const;

    const BlockJob& m_job;
    std::vector<ComputePlace> m_places; // of those still at work
};

} // namespace awq::core
