// SPDX-License-Identifier: GPL-3.0-or-later
// Working memory that threads borrow and give back, so that it is reused and never shared.
#pragma once

#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace awq::core {

template <typename Workspace>
class WorkspacePool {
public:
    // Holds a workspace until the end of the scope.
    class Lease {
    public:
        explicit Lease(WorkspacePool& pool) : m_pool(pool), m_workspace(pool.take()) {}
        ~Lease() { m_pool.give(std::move(m_workspace)); }
        Lease(const Lease&) = delete;
        Lease& operator=(const Lease&) = delete;

        Workspace& operator*() { return *m_workspace; }

    private:
        WorkspacePool& m_pool;
        std::unique_ptr<Workspace> m_workspace;
    };

private:
    std::unique_ptr<Workspace> take() {
        const std::lock_guard lock(m_mutex);
        if (m_free.empty())
            return std::make_unique<Workspace>();
        auto workspace = std::move(m_free.back());
        m_free.pop_back();
        return workspace;
    }

    void give(std::unique_ptr<Workspace> workspace) {
        const std::lock_guard lock(m_mutex);
        m_free.push_back(std::move(workspace));
    }

    std::mutex m_mutex;
    std::vector<std::unique_ptr<Workspace>> m_free;
};

} // namespace awq::core
