// SPDX-License-Identifier: GPL-3.0-or-later
// The values of an evaluation's finished windows on disk, so that a stopped one goes on where it ended.
#pragma once

#include <filesystem>
#include <string>

#include "core/run/prediction_scores.h"

namespace awq::core {

class ScoreFile {
public:
    // `identity`: of everything that decides the values. The path ends in .safetensors; an empty one keeps nothing.
    ScoreFile(std::filesystem::path path, std::string identity)
        : m_path(std::move(path)), m_identity(std::move(identity)) {}

    bool kept() const { return !m_path.empty(); }

    // What is there; no windows without a file. Throws Error(badInput) when the file is damaged or of another
    // evaluation.
    PredictionScores load() const;

    // Replaces the file: whole or not at all. Throws Error(noResources, badInput).
    void save(const PredictionScores& scores) const;
    void remove() const;

private:
    std::filesystem::path m_path;
    std::string m_identity;
};

} // namespace awq::core
