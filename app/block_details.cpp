// SPDX-License-Identifier: GPL-3.0-or-later
// Reading and keeping of block results.
#include "app/block_details.h"

#include <algorithm>

#include "app/paths.h"
#include "core/store/run_store.h"

namespace awq::app {

void BlockDetails::fetch(const QString& folder, int block, Done done) {
    m_task.cancel();
    const auto kept = std::find_if(m_kept.begin(), m_kept.end(), [&](const Kept& entry) {
        return entry.folder == folder && entry.block->block == block;
    });
    if (kept != m_kept.end()) {
        std::rotate(m_kept.begin(), kept, kept + 1);
        return done(m_kept.front().block, std::nullopt);
    }
    const auto read = [folder, block](std::stop_token) -> Block {
        return std::make_shared<core::BlockResult>(core::RunStore::open(toPath(folder)).loadBlock(block));
    };
    m_task.request(read, [this, folder, done = std::move(done)](const core::Outcome<Block>& outcome) {
        if (!outcome.ok())
            return done(nullptr, outcome.error);
        m_kept.push_front({folder, *outcome.result});
        if (m_kept.size() > keptBlocks)
            m_kept.pop_back();
        done(*outcome.result, std::nullopt);
    });
}

void BlockDetails::forget() {
    m_task.cancel();
    m_kept.clear();
}

const core::LinearResult* BlockDetails::linearOf(const core::BlockResult& block, const std::string& name) {
    const auto found = std::find_if(block.linears.begin(), block.linears.end(),
                                    [&](const core::LinearResult& linear) { return linear.name == name; });
    return found == block.linears.end() ? nullptr : &*found;
}

const core::ScaleSetResult* BlockDetails::scaleSetOf(const core::BlockResult& block, const std::string& linear) {
    const auto found =
        std::find_if(block.scaleSets.begin(), block.scaleSets.end(), [&](const core::ScaleSetResult& set) {
            return std::find(set.consumers.begin(), set.consumers.end(), linear) != set.consumers.end();
        });
    return found == block.scaleSets.end() ? nullptr : &*found;
}

} // namespace awq::app
