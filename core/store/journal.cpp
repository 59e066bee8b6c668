// SPDX-License-Identifier: GPL-3.0-or-later
// Appends and reads event lines.
#include "core/store/journal.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>

#include "core/error.h"

namespace awq::core {
namespace {

class Descriptor {
public:
    explicit Descriptor(const std::filesystem::path& file)
        : m_value(::open(file.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0666)) {}
    ~Descriptor() { ::close(m_value); }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    int value() const { return m_value; }

private:
    int m_value;
};

bool endsInsideALine(int descriptor) {
    const off_t size = ::lseek(descriptor, 0, SEEK_END);
    char last = '\n';
    return size > 0 && ::pread(descriptor, &last, 1, size - 1) == 1 && last != '\n';
}

} // namespace

void appendToJournal(const std::filesystem::path& file, const Event& event) {
    const Descriptor descriptor(file);
    const std::string line = (endsInsideALine(descriptor.value()) ? "\n" : "") + toJsonLine(event) + "\n";
    if (::write(descriptor.value(), line.data(), line.size()) == ssize_t(line.size()))
        return;
    if (errno == ENOSPC || errno == EDQUOT)
        throw Error(ErrorCode::noResources, "the disk is full: the journal cannot grow", file.string(),
                    "free some space on this disk, then resume the run");
    badInput(std::string("cannot write the journal: ") + std::strerror(errno), file.string(),
             "check that the run folder may be written");
}

std::vector<Event> readJournal(const std::filesystem::path& file) {
    std::vector<Event> events;
    std::ifstream stream(file);
    for (std::string line; std::getline(stream, line);) {
        try {
            events.push_back(eventFromJsonLine(line));
        } catch (const Error&) { // torn, or of a newer version: the rest still counts
        }
    }
    return events;
}

} // namespace awq::core
