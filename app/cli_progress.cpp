// SPDX-License-Identifier: GPL-3.0-or-later
// The ways of showing progress.
#include "app/cli_progress.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string>

#include "core/error.h"
#include "core/eta.h"
#include "core/units.h"

namespace awq::app {
namespace {

std::string warningText(const core::Warning& warning) {
    std::string text = "warning: " + warning.what + "\n";
    if (!warning.where.empty())
        text += "  where: " + warning.where + "\n";
    if (!warning.hint.empty())
        text += "  hint: " + warning.hint + "\n";
    return text;
}

void print(const std::string& text) {
    std::fputs(text.c_str(), stderr);
    std::fflush(stderr);
}

class JsonLines final : public core::EventSink {
public:
    void receive(const core::Event& event) override { print(core::toJsonLine(event) + "\n"); }
};

class WarningsOnly final : public core::EventSink {
public:
    void receive(const core::Event& event) override {
        if (const auto* warning = std::get_if<core::Warning>(&event.payload))
            print(warningText(*warning));
    }
};

std::string etaText(const std::optional<core::Eta>& eta) {
    if (!eta)
        return "estimating...";
    const std::string slow = eta->slow ? "slower than expected, " : "";
    if (eta->low == eta->high)
        return slow + "about " + core::formatSeconds(eta->high) + " left";
    return slow + core::formatSeconds(eta->low) + " to " + core::formatSeconds(eta->high) + " left";
}

// Folds events into what both the bar and the lines say.
class ProgressSink : public core::EventSink {
public:
    void receive(const core::Event& event) final {
        m_now = event.seconds;
        std::visit([this](const auto& payload) { take(payload); }, event.payload);
    }

protected:
    virtual void blockFinished(const core::BlockDone& event) = 0;
    virtual void changed() = 0;                          // something small moved
    virtual void printLine(const std::string& text) = 0; // text that stays
    virtual void ended() {}

    std::string etaWords() const { return etaText(m_eta.at(m_now)); }

    double m_now = 0, m_fraction = 0; // seconds of the run; share of the job
    int m_blocks = 0, m_block = -1;
    std::string m_activity; // "searching, mlp.up_proj"

private:
    void take(const core::Started& event) {
        m_blocks = event.blocks;
        m_eta.start(event.blocks - event.firstBlock, m_now);
        if (event.firstBlock > 0)
            printLine(event.job + ": resuming after block " + std::to_string(event.firstBlock) + " of " +
                      std::to_string(event.blocks));
    }
    void take(const core::PhaseChanged& event) {
        m_activity = core::nameOf(event.phase) + (event.detail.empty() ? "" : ", " + event.detail);
        changed();
    }
    void take(const core::Progress& event) {
        m_fraction = event.fraction;
        changed();
    }
    void take(const core::BlockStarted& event) {
        m_block = event.block;
        changed();
    }
    void take(const core::RatioTried& event) {
        m_activity = "searching, " + event.producer;
        changed();
    }
    void take(const core::BlockDone& event) {
        m_eta.blockDone(event.seconds, m_now);
        blockFinished(event);
    }
    void take(const core::Warning& event) { printLine(warningText(event)); }
    void take(const core::Finished&) { ended(); }
    void take(const core::Failed&) { ended(); }
    void take(const core::Cancelled&) { ended(); }
    template <typename Other>
    void take(const Other&) {}

    core::EtaEstimator m_eta;
};

class Lines final : public ProgressSink {
    void blockFinished(const core::BlockDone& event) override {
        printLine("block " + std::to_string(event.block + 1) + " of " + std::to_string(m_blocks) + " done in " +
                  core::formatSeconds(event.seconds) + ", " + etaWords());
    }
    void changed() override {}
    void printLine(const std::string& text) override { print(text.ends_with('\n') ? text : text + "\n"); }
};

class Bar final : public ProgressSink {
public:
    ~Bar() override { erase(); }

private:
    static constexpr double redrawSeconds = 0.1;

    void blockFinished(const core::BlockDone&) override { draw(); }
    void changed() override {
        if (m_now - m_drawn >= redrawSeconds)
            draw();
    }
    void printLine(const std::string& text) override {
        erase();
        print(text.ends_with('\n') ? text : text + "\n");
        draw();
    }
    void ended() override { erase(); }

    void erase() {
        if (m_drawn >= 0)
            print("\r\x1b[K");
        m_drawn = -redrawSeconds;
    }

    void draw() {
        constexpr int cells = 24;
        const int filled = int(std::lround(std::clamp(m_fraction, 0.0, 1.0) * cells));
        char percent[16];
        std::snprintf(percent, sizeof percent, " %3d %%", int(std::lround(100 * m_fraction)));
        std::string line =
            "[" + std::string(std::size_t(filled), '#') + std::string(std::size_t(cells - filled), '.') + "]" + percent;
        if (m_block >= 0 && m_blocks > 0)
            line += "  block " + std::to_string(m_block + 1) + "/" + std::to_string(m_blocks);
        if (m_blocks > 0)
            line += "  " + etaWords();
        if (!m_activity.empty())
            line += "  " + m_activity;
        print("\r" + line.substr(0, columns() - 1) + "\x1b[K");
        m_drawn = m_now;
    }

    static std::size_t columns() {
        winsize size{};
        return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 10 ? size.ws_col : 80;
    }

    double m_drawn = -redrawSeconds; // seconds of the run when last drawn; negative: not on the screen
};

} // namespace

std::unique_ptr<core::EventSink> makeProgress(const Arguments& arguments) {
    if (arguments.has("events")) {
        if (arguments.text("events", "") != "jsonl")
            throw core::Error(core::ErrorCode::usage, "--events does not take '" + arguments.text("events", "") + "'",
                              {}, "use --events jsonl");
        return std::make_unique<JsonLines>();
    }
    if (arguments.has("quiet"))
        return std::make_unique<WarningsOnly>();
    if (isatty(STDERR_FILENO))
        return std::make_unique<Bar>();
    return std::make_unique<Lines>();
}

} // namespace awq::app
