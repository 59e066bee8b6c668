// SPDX-License-Identifier: GPL-3.0-or-later
// Packed products for 1 to 16 tokens on Hopper: which records belong to a block and its warps, and their way into
// shared memory.
#pragma once

#include "kernels/cuda/sm90/bulk_copy.cuh"
#include "kernels/cuda/sm90/small_batch.cuh"

namespace awq::kernels::cuda {

// dividend / divisor for 0 <= dividend < largestDividend and divisor > 0, exact: half a unit keeps the product away
// from whole numbers by more than its rounding. An integer division takes five times as long, and those of the set-up
// delay the first copies.
constexpr int largestDividend = 1 << 20;

__device__ inline int quotient(int dividend, float inverse) {
    return int((float(dividend) + 0.5f) * inverse);
}

__device__ inline float inverseOf(int divisor) {
    return __frcp_rn(float(divisor));
}

// The share of one block: its line of records.
struct Share {
    int firstBlock, blocks;  // row blocks of the cluster
    int firstRecord, across; // column blocks of the rank
    int warps;               // those with a run
    int run, longer;         // records of a warp; the first `longer` warps have one more
    float inverseRun, inverseLongRun;

    __device__ Share(const SmallBatchPlan& plan, int rank) {
        const int cluster = plan.ranks > 1 ? quotient(int(blockIdx.x), inverseOf(plan.ranks)) : int(blockIdx.x);
        firstBlock = cluster * plan.blocksPerCluster + min(cluster, plan.largerClusters);
        blocks = plan.blocksPerCluster + (cluster < plan.largerClusters);
        firstRecord = rank * plan.recordsPerRank;
        across = min(plan.recordsPerRank, plan.columnBlocks - firstRecord);
        const int line = blocks * across;
        warps = min(plan.warps, line);
        run = quotient(line, inverseOf(warps));
        longer = line - run * warps;
        inverseRun = inverseOf(run);
        inverseLongRun = inverseOf(run + 1);
    }

    __device__ int runStart(int warp) const { return min(warp, warps) * run + min(warp, longer); }
    // The warp whose run holds record `index` of the line.
    __device__ int warpOf(int index) const {
        const int behind = index - longer * (run + 1);
        return behind < 0 ? quotient(index, inverseLongRun) : longer + quotient(behind, inverseRun);
    }
};

// A warp's ring of records, from column block `column` of the cluster's row block `block` on: lane 0 keeps copies under
// way along the warp's run.
template <int recordBytes>
class RecordRing {
public:
    __device__ RecordRing(const SmallBatchPlan& plan, const Share& share, std::uint32_t shared, std::uint32_t barriers,
                          int warp, int block, int column, int first, int end)
        : m_ring(shared + warp * plan.ring * recordBytes), m_barriers(barriers + warp * plan.ring * 8),
          m_slots(plan.ring), m_across(share.across), m_next(first), m_end(end), m_column(column),
          m_jump(std::int64_t(plan.columnBlocks - share.across) * recordBytes) {
        const std::int64_t row = share.firstBlock + block;
        m_source = plan.records + (row * plan.columnBlocks + share.firstRecord + m_column) * recordBytes;
        if (threadIdx.x % 32 != 0)
            return;
        for (int i = 0; i < m_slots; ++i)
            initBarrier(m_barriers + i * 8, 1);
        publishBarriers();
        for (int i = 0; i < m_slots && m_next < m_end; ++i)
            issue();
    }

    // Shared address of the next record, once it is there.
    __device__ std::uint32_t await() const {
        awaitBarrier(m_barriers + m_slot * 8, m_parity);
        return m_ring + m_slot * recordBytes;
    }

    // The record that await() gave has been read by all lanes.
    __device__ void release() {
        __syncwarp();
        if (threadIdx.x % 32 == 0 && m_next < m_end)
            issue();
        if (++m_slot == m_slots) {
            m_slot = 0;
            m_parity ^= 1;
        }
    }

private:
    __device__ void issue() {
        arriveExpecting(m_barriers + m_issueSlot * 8, recordBytes);
        copyBulk(m_ring + m_issueSlot * recordBytes, m_source, recordBytes, m_barriers + m_issueSlot * 8);
        ++m_next;
        if (++m_issueSlot == m_slots)
            m_issueSlot = 0;
        m_source += recordBytes;
        if (++m_column == m_across) {
            m_column = 0;
            m_source += m_jump;
        }
    }

    std::uint32_t m_ring, m_barriers;
    int m_slots, m_across, m_next, m_end, m_column;
    std::int64_t m_jump;
    const std::uint8_t* m_source;
    int m_slot = 0, m_issueSlot = 0;
    std::uint32_t m_parity = 0;
};

} // namespace awq::kernels::cuda
