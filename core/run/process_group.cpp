// SPDX-License-Identifier: GPL-3.0-or-later
// c10d's TCP store. Keys, below "awq/": run, claim/BLOCK -> process, done/BLOCK, beats/PROCESS, first -> process, end,
// heard.
#include "core/tensor.h"

#include "core/run/process_group.h"

#include <unistd.h>

#include <chrono>

#include <torch/csrc/distributed/c10d/TCPStore.hpp>

#include "core/error.h"

namespace awq::core {
namespace {

using namespace std::chrono_literals;

constexpr auto beatEvery = 500ms;
constexpr double silentFor = 6;   // seconds without a beat: the process is gone
constexpr auto meetWithin = 120s; // processes of one job may start minutes apart
constexpr auto askEvery = 100ms;
constexpr auto partWithin = 3s;
const std::string nobody = "nobody"; // had the block and gave it back
const std::string prefix = "awq/";

double now() {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

std::string uniqueName(int rank) {
    char host[256] = {};
    ::gethostname(host, sizeof host - 1);
    return std::to_string(rank) + "@" + host + ":" + std::to_string(::getpid());
}

std::vector<std::uint8_t> bytesOf(const std::string& text) {
    return {text.begin(), text.end()};
}

} // namespace

// Errors of the store as ours.
struct ProcessGroup::Store {
    Store(const ProcessPlace& place) : where(place.address + ":" + std::to_string(place.port)) {
        c10d::TCPStoreOptions options;
        options.port = place.port;
        options.isServer = place.rank == 0 && !place.launcherListens;
        options.waitWorkers = false;
        options.timeout = meetWithin;
        try {
            store = c10::make_intrusive<c10d::TCPStore>(place.address, options);
        } catch (const std::exception& error) {
            throw Error(ErrorCode::noResources, std::string("the processes cannot meet: ") + reasonOf(error), where,
                        place.rank == 0 ? "choose a free MASTER_PORT"
                                        : "check that the process of rank 0 runs, and MASTER_ADDR and MASTER_PORT");
        }
    }

    static std::string reasonOf(const std::exception& error) {
        const auto* ours = dynamic_cast<const c10::Error*>(&error);
        const std::string text = ours ? ours->what_without_backtrace() : error.what();
        return text.substr(0, text.find('\n'));
    }

    template <typename Action>
    auto guarded(Action action) {
        try {
            return action();
        } catch (const std::exception& error) {
            throw Error(ErrorCode::noResources,
                        std::string("the process of rank 0 no longer answers: ") + reasonOf(error), where,
                        "finished blocks are kept: start the processes again, with --resume");
        }
    }

    bool has(const std::string& key) {
        return guarded([&] { return store->check({prefix + key}); });
    }
    std::string get(const std::string& key) { // of a key that is there
        const auto bytes = guarded([&] { return store->get(prefix + key); });
        return {bytes.begin(), bytes.end()};
    }
    void set(const std::string& key, const std::string& value) {
        guarded([&] {
            store->set(prefix + key, bytesOf(value));
            return 0;
        });
    }
    std::int64_t add(const std::string& key, std::int64_t value) {
        return guarded([&] { return store->add(prefix + key, value); });
    }
    // True: the value was `before` (empty: none) and is now `after`.
    bool exchange(const std::string& key, const std::string& before, const std::string& after) {
        return guarded([&] { return store->compareSet(prefix + key, bytesOf(before), bytesOf(after)); }) ==
               bytesOf(after);
    }

    std::string where;
    c10::intrusive_ptr<c10d::TCPStore> store;
};

ProcessGroup::ProcessGroup(const ProcessPlace& place)
    : m_place(place), m_name(uniqueName(place.rank)), m_store(std::make_unique<Store>(place)) {
    m_store->add("beats/" + m_name, 1);
    if (isFirst())
        m_store->set("first", m_name);
    m_heart = std::jthread([this](const std::stop_token& stop) { beat(stop); });
}

ProcessGroup::~ProcessGroup() {
    try {
        if (isFirst() && !m_ended)
            sayEnd("failed");
    } catch (const Error&) { // nobody is left to hear it
    }
    m_heart.request_stop();
    m_beatWait.notify_all();
}

void ProcessGroup::beat(const std::stop_token& stop) {
    try {
        while (!stop.stop_requested()) {
            m_store->add("beats/" + m_name, 1);
            std::unique_lock lock(m_beatMutex);
            m_beatWait.wait_for(lock, stop, beatEvery, [] { return false; });
        }
    } catch (const Error&) { // the store is gone: the next claim says so
    }
}

bool ProcessGroup::lives(const std::string& process) {
    if (process == m_name)
        return true;
    const std::int64_t beats = m_store->add("beats/" + process, 0);
    const std::lock_guard lock(m_mutex);
    Pulse& pulse = m_pulses[process];
    if (beats != pulse.beats)
        pulse = {beats, now()};
    return now() - pulse.changed < silentFor;
}

void ProcessGroup::openRun(const std::string& description) {
    m_store->set("run", description);
}

std::string ProcessGroup::awaitRun(const std::stop_token& stop) {
    while (!m_store->has("run")) {
        requireFirst();
        if (stop.stop_requested())
            throw Error(ErrorCode::cancelled, "cancelled");
        std::this_thread::sleep_for(askEvery);
    }
    return m_store->get("run");
}

// Throws when the first process is gone or has given up.
void ProcessGroup::requireFirst() {
    const bool failed = m_store->has("end") && m_store->get("end") != "finished";
    if (failed)
        m_store->add("heard", 1);
    if (failed || (m_store->has("first") && !lives(m_store->get("first"))))
        throw Error(ErrorCode::noResources,
                    failed ? "the process of rank 0 has failed" : "the process of rank 0 is gone", m_store->where,
                    "see what it says; finished blocks are kept: start the processes again, with --resume");
}

std::string ProcessGroup::ownerOf(int block) {
    const std::string key = "claim/" + std::to_string(block);
    return m_store->has(key) ? m_store->get(key) : std::string();
}

bool ProcessGroup::isFinished(int block) {
    return m_store->has("done/" + std::to_string(block));
}

bool ProcessGroup::isOpen(int block) {
    const std::string owner = ownerOf(block);
    return !isFinished(block) && (owner.empty() || owner == nobody || !lives(owner));
}

bool ProcessGroup::claim(int block) {
    if (isFinished(block))
        return false;
    const std::string owner = ownerOf(block);
    const bool free = owner.empty() || owner == nobody || !lives(owner);
    return free && m_store->exchange("claim/" + std::to_string(block), owner, m_name);
}

void ProcessGroup::release(int block) {
    m_store->exchange("claim/" + std::to_string(block), m_name, nobody);
}

void ProcessGroup::finish(int block) {
    m_store->set("done/" + std::to_string(block), m_name);
}

void ProcessGroup::sayEnd(const std::string& how) {
    m_ended = true;
    m_store->set("end", how);
    if (m_place.launcherListens)
        return; // the store outlives this process
    const auto until = std::chrono::steady_clock::now() + partWithin;
    while (m_store->add("heard", 0) < m_place.count - 1 && std::chrono::steady_clock::now() < until)
        std::this_thread::sleep_for(askEvery);
}

void ProcessGroup::endRun() {
    sayEnd("finished");
}

void ProcessGroup::awaitEnd(const std::stop_token& stop) {
    while (!m_store->has("end") || m_store->get("end") != "finished") {
        requireFirst();
        if (stop.stop_requested())
            throw Error(ErrorCode::cancelled, "cancelled");
        std::this_thread::sleep_for(askEvery);
    }
    m_store->add("heard", 1);
}

} // namespace awq::core
