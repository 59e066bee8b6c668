// SPDX-License-Identifier: GPL-3.0-or-later
// A file of events, one JSON object per line, that only grows.
#pragma once

#include <filesystem>
#include <vector>

#include "core/event.h"

namespace awq::core {

// One line in one write; a line torn by a crash before is closed first, so that it costs no other. Throws
// Error(noResources) when the disk is full, Error(badInput) when the file cannot be written.
void appendToJournal(const std::filesystem::path& file, const Event& event);

// The readable lines, in order; torn lines and events of newer versions are skipped. No file: no events.
std::vector<Event> readJournal(const std::filesystem::path& file);

} // namespace awq::core
