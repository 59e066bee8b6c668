// SPDX-License-Identifier: GPL-3.0-or-later
// The bulk arrays of single blocks of a run, read in the background when they are looked at.
#pragma once

#include <QObject>
#include <deque>
#include <functional>
#include <memory>

#include "app/latest_task.h"
#include "core/quant/results.h"

namespace awq::app {

class BlockDetails : public QObject {
    Q_OBJECT

public:
    using Block = std::shared_ptr<const core::BlockResult>;
    // Null block: reading failed with the error.
    using Done = std::function<void(const Block& block, const std::optional<core::Error>& error)>;

    explicit BlockDetails(QObject* parent = nullptr) : QObject(parent) {}

    // Answers at once for the last few blocks, else later; an older request still under way is never answered.
    void fetch(const QString& folder, int block, Done done);
    void forget(); // nothing is kept, nothing answered: another run is opened, or blocks were written again

    // Of a loaded block; null when it has no such part. Valid as long as somebody holds the block.
    static const core::LinearResult* linearOf(const core::BlockResult& block, const std::string& name);
    static const core::ScaleSetResult* scaleSetOf(const core::BlockResult& block, const std::string& linear);

private:
    static constexpr std::size_t keptBlocks = 4; // one of a 70B model takes some 100 MB
    struct Kept {
        QString folder;
        Block block;
    };

    std::deque<Kept> m_kept; // newest first
    LatestTask m_task;
};

} // namespace awq::app
